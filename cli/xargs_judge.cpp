#include "xargs_judge.hpp"

#include <cerrno>
#include <cstring>
#include <variant>

#include "text/escape.hpp"

namespace weir::cli {

namespace {

constexpr int failed = 123;
constexpr int asked_to_stop = 124;
constexpr int killed = 125;
constexpr int not_runnable = 126;
constexpr int not_found = 127;
constexpr int xargs_error = 1;

/// An exit status by which a job asks the run to stop.
constexpr int stops_at_once = 255;

}  // namespace

void xargs_judge::on(const event& e) {
  const auto* end = std::get_if<job_ended>(&e);
  if (end == nullptr) return;
  const outcome& how = end->result.how;
  const std::string program = escape(end->job.argv.at(0));
  if (const auto* exit = std::get_if<exited>(&how)) {
    if (exit->code == stops_at_once)
      end_by(asked_to_stop, program + ": exited with status 255; aborting");
    else if (exit->code != 0 && !ended_)
      status_ = failed;
  } else if (const auto* by = std::get_if<signaled>(&how)) {
    end_by(killed, program + ": terminated by signal " + std::to_string(by->signal));
  } else if (const auto* none = std::get_if<spawn_failed>(&how)) {
    const bool of_program = none->step.empty();
    end_by(none->error == ENOENT && of_program ? not_found : not_runnable,
           of_program ? program + ": " + std::strerror(none->error) : describe(how));
  }
  if (on_end) on_end();
}

void xargs_judge::end_by(int status, const std::string& why) {
  if (ended_) return;
  ended_ = true;
  status_ = status;
  if (say) say(why);
  if (stop) stop(why);
}

int xargs_judge::status(const run_end& end) const {
  const bool lost = end.result.output_error != 0 || end.result.output_given_up;
  if (lost || end.result.gave_up || end.result.left_alive) return xargs_error;
  // As in xargs, a failed job takes precedence over input that makes no command line.
  return end.result.error && status_ == 0 ? xargs_error : status_;
}

}  // namespace weir::cli
