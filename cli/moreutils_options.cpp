#include "moreutils_options.hpp"

#include <memory>
#include <variant>
#include <vector>

#include "dialects/moreutils.hpp"
#include "run_judge.hpp"

namespace weir::cli {

namespace {

/// All exit statuses or-ed together; 1 stands for a job that did not exit.
class moreutils_judge final : public run_judge {
 public:
  void on(const event& e) override {
    const auto* end = std::get_if<job_ended>(&e);
    if (end == nullptr) return;
    if (const std::string why = untold_failure(*end); say && !why.empty()) say(why);
    const auto* exit = std::get_if<exited>(&end->result.how);
    status_ |= exit == nullptr ? 1 : exit->code;
  }
  int status(const run_end& end) const override {
    const bool lost = end.result.output_error != 0 || end.result.output_given_up;
    return lost || end.result.error || end.result.gave_up ? exit_io : status_;
  }

 private:
  int status_ = 0;
};

}  // namespace

options moreutils_options_of(std::span<const std::string> words, unsigned cpus) {
  const moreutils_request request = read_moreutils(words);
  if (request.help) throw print_and_leave{moreutils_help()};
  std::vector<const char*> argv{"weir"};
  for (const std::string& word : request.words) argv.push_back(word.c_str());
  options o = parse_options(static_cast<int>(argv.size()), argv.data(), cpus);
  o.quiet = 2;
  o.progress = progress_when::never;
  o.ci = ci_kind::none;
  o.dialect.program = "moreutils";
  o.engine.end_hopeless = false;
  o.dialect.judge = std::make_shared<moreutils_judge>();
  return o;
}

}  // namespace weir::cli
