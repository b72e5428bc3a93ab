/// What identifies a run: its id, when it began, and the command line that requested it.
///
/// It is made once, before anything is opened, and passed to everything that reports on the run, so
/// that all records of a run agree on all three.
#pragma once

#include <chrono>
#include <string>

namespace weir {

class run_identity {
 public:
  using steady_time = std::chrono::steady_clock::time_point;
  using wall_time = std::chrono::system_clock::time_point;

  /// The run begins now. \param command weir's own command line, for people; empty if there is
  /// none.
  explicit run_identity(std::string command = {});
  /// \param id empty: drawn when first requested.
  run_identity(std::string command, steady_time started, wall_time started_at, std::string id = {});

  const std::string& command() const noexcept { return command_; }
  steady_time started() const noexcept { return started_; }
  wall_time started_at() const noexcept { return started_at_; }

  /// A time of the run as wall-clock time, for people and logs.
  wall_time at(steady_time t) const;

  /// Sixteen hexadecimal digits, drawn when first requested: most runs leave no record, and random
  /// numbers cost 20 µs.
  const std::string& id() const;

 private:
  std::string command_;
  steady_time started_;
  wall_time started_at_;
  mutable std::string id_;
};

}  // namespace weir
