/// Ends process groups where /proc cannot tell what is left of a job.
///
/// The group of a main process that was reaped keeps its number as long as it has a member, so it
/// can be asked for, and signalled, until it is empty. What has left the group is not found.
#pragma once

#include <functional>
#include <vector>

#include <weir/job_spec.hpp>

#include "system/process_owners.hpp"
#include "system/timer_queue.hpp"

namespace weir::system {

class group_ending {
 public:
  /// Both must outlive this.
  group_ending(timer_queue& timers, const process_owners& owners)
      : timers_(timers), owners_(owners) {}

  /// Its leader was reaped just now. TERM, unless that was sent, and KILL after the grace, until
  /// the group is empty.
  void end(pid_t group, duration grace, bool told);

  /// KILL to all of them now.
  void hurry();

  bool empty() const noexcept { return groups_.empty(); }

  /// Told once, in words for people, when it first happens.
  std::function<void(const std::string&)> on_blindness;

 private:
  struct ending {
    pid_t group;
    timer_queue::clock::time_point kill_at;
  };
  bool is_gone(const ending& one) const;
  void step();

  timer_queue& timers_;
  const process_owners& owners_;
  std::vector<ending> groups_;
  timer_queue::timer next_;
};

}  // namespace weir::system
