#include "report/failure_text.hpp"

#include <cerrno>

#include <fmt/format.h>

#include "report/shown.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t widest = 200;

/// Empty where the time adds nothing: a timeout states its time, and a job that never ran took
/// none.
std::string time_taken(const attempt_result& result) {
  const auto took = result.ended - result.started;
  if (took <= 0ns || std::holds_alternative<timed_out>(result.how) ||
      std::holds_alternative<spawn_failed>(result.how))
    return {};
  return " after " + format_duration(took);
}

/// For a whole command line given where a program was expected.
std::string_view hint(const outcome& how) {
  const auto* const failure = std::get_if<spawn_failed>(&how);
  const bool is_line = failure != nullptr && failure->step.empty() && failure->error == ENOENT &&
                       failure->what.find_first_of(" \t\n;|&<>") != std::string::npos;
  return is_line ? "; this was taken as the name of one program: to run command lines, leave out "
                   "COMMAND; to run a script, make COMMAND one word (in a manifest, use run)"
                 : "";
}

}  // namespace

std::string job_label(const job_spec& job, bool utf8) {
  const std::string number = fmt::format("job {}", job.seq);
  if (job.name.empty()) return number;
  return fmt::format("{} ({})", shown_clipped(job.name, widest, utf8), number);
}

std::string shown_title(const job_spec& job, bool utf8) {
  return job.name.empty() ? shown_clipped(title(job), widest, utf8) : std::string();
}

std::string failure_text(const job_ended& e, bool utf8) {
  if (e.job.earlier == earlier_run::unfinished)
    return job_label(e.job, utf8) +
           " started but did not end in the run being resumed; not run again";
  std::string text = job_label(e.job, utf8) + " failed";
  if (e.is_earlier()) text += " in the run being resumed";
  text += ": " + shown_clipped(describe(e.result.how), widest, utf8) + time_taken(e.result);
  if (e.attempts > 1) text += fmt::format(", attempt {}", e.attempts);
  if (e.job.settings && e.job.settings->allow_failure) text += " (allowed to fail)";
  return text += hint(e.result.how);
}

std::string cancel_text(const job_ended& e, bool utf8) {
  const auto* const how = std::get_if<cancelled>(&e.result.how);
  const bool by_ctl = how != nullptr && how->by_ctl;
  return job_label(e.job, utf8) + " was cancelled" + (by_ctl ? " by weir ctl" : "") +
         (e.attempts > 0 ? time_taken(e.result) : " before it started");
}

}  // namespace weir
