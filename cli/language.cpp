#include "language.hpp"

#include <cstdlib>
#include <string_view>

#include <weir/error.hpp>

#include "job_tokens.hpp"
#include "moreutils_options.hpp"
#include "parallel_options.hpp"
#include "text/number.hpp"
#include "xargs_options.hpp"

namespace weir::cli {

namespace {

constexpr std::string_view option = "--as";
constexpr std::string_view known = "parallel, sem, moreutils or xargs";

dialect parse_dialect(std::string_view name) {
  const auto named = dialect_named(name);
  if (!named) refuse_choice(option, name, known);
  return *named;
}

}  // namespace

language language_of(int argc, const char* const* argv) {
  language l;
  if (argc == 0) return l;
  int first = 1;
  l.which = dialect_of_program(argv[0]);
  const std::string_view word = argc > 1 ? argv[1] : "";
  if (l.which == dialect::weir && word.starts_with(option)) {
    const std::string_view behind = word.substr(option.size());
    if (behind.empty()) {
      if (argc < 3) throw usage_error("--as: needs a DIALECT");
      l.which = parse_dialect(argv[2]);
      first = 3;
    } else if (behind.front() == '=') {
      l.which = parse_dialect(behind.substr(1));
      first = 2;
    }
  }
  if (l.which == dialect::weir && word.starts_with('-') &&
      is_called_by_bats({argv + first, argv + argc}))
    l.which = dialect::parallel;
  if (l.which == dialect::weir) return l;
  l.program = to_string(l.which);
  l.words.assign(argv + first, argv + argc);
  return l;
}

options understand(const language& l, int argc, const char* const* argv, unsigned cpus) {
  if (l.which == dialect::parallel) return parallel_options_of(l.words, cpus);
  if (l.which == dialect::moreutils) return moreutils_options_of(l.words, cpus);
  if (l.which == dialect::sem) return sem_options_of(l.words, cpus);
  if (l.which == dialect::xargs) return xargs_options_of(l.words, cpus);
  options o = parse_options(argc, argv, cpus);
  follow_make(o, std::getenv("MAKEFLAGS"));
  return o;
}

}  // namespace weir::cli
