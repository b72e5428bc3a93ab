#include "exit_status.hpp"

#include <cerrno>
#include <csignal>

#include <weir/error.hpp>

namespace weir::cli {

namespace {

int status_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const usage_error&) {
    return exit_usage;
  } catch (...) {
    return exit_io;
  }
}

/// A run that was cut short, or in which a job was cancelled, is not a success, unless it was only
/// asked for a number of successes.
bool has_failed(const run_result& result) {
  if (result.enough) return result.failed_after_halt > 0;
  const bool cut_short = result.jobs.cancelled + result.jobs.not_started > 0;
  return cut_short || result.jobs.failed > result.jobs.allowed;
}

}  // namespace

int signal_to_die_by(const run_end& end) {
  if (end.result.gave_up || end.result.left_alive || end.result.output_given_up) return 0;
  if (end.stop_signal != 0) return end.stop_signal;
  return end.result.output_error == EPIPE ? SIGPIPE : 0;
}

int exit_status(const run_end& end) {
  if (end.result.gave_up || end.result.left_alive) return exit_gave_up;
  if (end.result.output_error != 0 || end.result.output_given_up) return exit_io;
  if (end.result.error) return status_of(end.result.error);
  return has_failed(end.result) ? exit_jobs_failed : exit_success;
}

}  // namespace weir::cli
