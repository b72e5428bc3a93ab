/// At the end of a run, ends processes that jobs left running and that are not to be left: TERM,
/// KILL after a grace, until none of them exists.
///
/// What is left by a job that failed or was ended is ended with that job; this is about jobs whose
/// setting asks for it (leftover_rule::end) and, in a run that was stopped, processes of no known
/// job.
#pragma once

#include <functional>
#include <vector>

#include <weir/job_spec.hpp>

#include "loop/timer_queue.hpp"
#include "process/control_group_jobs.hpp"
#include "process/group_ending.hpp"
#include "process/orphans.hpp"
#include "process/process_owners.hpp"

namespace weir {

class leftover_ending {
 public:
  leftover_ending(timer_queue& timers, orphans& left, group_ending& groups,
                  job_control_groups& control_groups)
      : timers_(timers), orphans_(left), groups_(groups), control_groups_(control_groups) {}

  /// \param given_up have had KILL before, and have been reported: they are not waited for.
  /// \param unknown_too also ends those of no known job.
  /// \param done is called, from the loop or at once, when nothing is left, or when what is left
  /// would not die.
  void begin(std::vector<process_entry> given_up, bool unknown_too, duration grace,
             std::function<void()> done);

  /// Sends KILL now; if that has been sent, stops waiting.
  void hurry();

  /// What would not die.
  const std::vector<process_entry>& survivors() const noexcept { return left_; }

 private:
  bool is_to_end(const ownership& of) const;
  std::vector<pid_t> orphans_to_end();
  std::vector<process_entry> members(const std::vector<pid_t>& tops);
  bool nothing_left(const std::vector<pid_t>& tops);
  void tell(const process_entry& process);
  void step();

  timer_queue& timers_;
  orphans& orphans_;
  group_ending& groups_;
  job_control_groups& control_groups_;
  bool unknown_too_ = false;
  bool killing_ = false;
  std::vector<process_entry> given_up_;
  std::vector<process_entry> table_;
  std::vector<process_entry> told_;  ///< sent TERM
  std::vector<process_entry> left_;
  timer_queue::timer next_;
  timer_queue::timer deadline_;
  std::function<void()> done_;
};

}  // namespace weir
