/// What the ends of jobs mean for a run that replaces another tool: when it stops, its exit status.
#pragma once

#include <functional>
#include <string>

#include <weir/event.hpp>

#include "exit_status.hpp"

namespace weir::cli {

class run_judge : public observer {
 public:
  /// weir's exit status, unless it dies of a signal.
  virtual int status(const run_end& end) const = 0;

  /// Asks the run to stop: nothing more starts, and running jobs end by themselves.
  std::function<void(const std::string& reason)> stop;
  /// Prints a line for people, after the program's name.
  std::function<void(const std::string& line)> say;
  /// Called when a job has ended.
  std::function<void()> on_end;
};

/// "job 3 failed: ...", for a job that could not be started or was killed by its timeout, which
/// nothing else reports; empty for all others. Escaped.
std::string untold_failure(const job_ended& e);

}  // namespace weir::cli
