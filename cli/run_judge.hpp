/// What the ends of jobs mean for a run in another tool's place: when it stops, its exit status.
#pragma once

#include <functional>
#include <string>

#include <weir/event.hpp>

#include "exit_status.hpp"

namespace weir::cli {

class run_judge : public observer {
 public:
  /// What weir exits with, unless it dies of a signal.
  virtual int status(const run_end& end) const = 0;

  /// Asks for the run's end: nothing more starts, and what runs ends by itself.
  std::function<void(const std::string& reason)> stop;
  /// Prints a line for people, behind the program's name.
  std::function<void(const std::string& line)> say;
  /// Told when a job has ended.
  std::function<void()> on_end;
};

/// "job 3 failed: ...", of a job that could not be started or was killed by its timeout, which says
/// so nowhere else; empty of all others. Escaped.
std::string untold_failure(const job_ended& e);

}  // namespace weir::cli
