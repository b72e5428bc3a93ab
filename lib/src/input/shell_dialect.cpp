#include "input/shell_dialect.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace weir {

namespace {

using known_shell = std::pair<std::string_view, shell_dialect>;

constexpr std::array<known_shell, 16> shells{{{"sh", shell_dialect::sh},
                                              {"dash", shell_dialect::posix},
                                              {"ash", shell_dialect::posix},
                                              {"posh", shell_dialect::posix},
                                              {"yash", shell_dialect::posix},
                                              {"bash", shell_dialect::bash},
                                              {"rbash", shell_dialect::bash},
                                              {"ksh", shell_dialect::ksh},
                                              {"mksh", shell_dialect::ksh},
                                              {"lksh", shell_dialect::ksh},
                                              {"oksh", shell_dialect::ksh},
                                              {"pdksh", shell_dialect::ksh},
                                              {"zsh", shell_dialect::zsh},
                                              {"fish", shell_dialect::fish},
                                              {"csh", shell_dialect::csh},
                                              {"tcsh", shell_dialect::csh}}};

std::string_view without_version(std::string_view name) {
  for (const std::string_view suffix : {"-static", ".static"})
    if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  const auto last = name.find_last_not_of("0123456789.-");
  return name.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace

std::string_view program_name(std::string_view program) {
  return program.substr(program.rfind('/') + 1);  // npos + 1 is 0
}

shell_dialect dialect_of(std::string_view program) {
  const auto name = without_version(program_name(program));
  const auto found = std::find_if(shells.begin(), shells.end(),
                                  [&](const known_shell& shell) { return shell.first == name; });
  return found == shells.end() ? shell_dialect::unknown : found->second;
}

}  // namespace weir
