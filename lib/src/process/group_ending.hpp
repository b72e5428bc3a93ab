/// Process groups that outlive their main process, where /proc cannot tell what is left of a job.
///
/// The group of a main process that was reaped keeps its number as long as it has a member, so it
/// can be asked for, and signalled, until it is empty. What has left the group is not found.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <weir/job_spec.hpp>

#include "loop/timer_queue.hpp"
#include "process/process_owners.hpp"
#include "process/run_board.hpp"

namespace weir {

class group_ending {
 public:
  /// All must outlive this.
  /// \param adopts this process is a child subreaper: what a job left is among its children.
  /// \param board null: nobody wants to know.
  group_ending(timer_queue& timers, const process_owners& owners, bool adopts, run_board* board)
      : timers_(timers), owners_(owners), adopts_(adopts), board_(board) {}

  /// Whether anything is left in the group of a leader that was reaped just now.
  static bool has_members(pid_t group);

  /// Its leader was reaped just now. TERM, unless that was sent, and KILL after the grace, until
  /// the group is empty: then `gone` is called, from the loop. \returns whether there is something
  /// to be ended.
  bool end(pid_t group, duration grace, bool told, std::function<void()> gone);
  /// KILL now.
  void hurry(pid_t group);
  /// Nobody waits for its end any more; it is ended all the same.
  void let_go(pid_t group);

  /// What is in the group now is left by a job until the run ends; `then` says what comes after.
  void keep(pid_t group, attempt_id job, fate then);
  /// Ends those of the kept ones that are not to be left.
  void end_kept(duration grace);
  /// The kept ones that still have members. Numbers of processes are not known: that of the group
  /// stands for them.
  std::vector<orphan> left();

  /// KILL to all that are being ended, now.
  void hurry();

  bool empty() const noexcept { return groups_.empty(); }

  /// Says once that jobs are known by their process groups only.
  void tell_blindness();
  /// The run is over. The same, if something lives on that is in no group that is known.
  void tell_what_is_unseen();

  /// Told once, in words for people, when it first happens.
  std::function<void(const std::string&)> on_blindness;

 private:
  struct ended_group {
    pid_t group;
    timer_queue::clock::time_point kill_at;
    std::function<void()> gone;
  };
  bool is_gone(const ended_group& one) const;
  bool is_left(pid_t group) const;
  void step();

  timer_queue& timers_;
  const process_owners& owners_;
  const bool adopts_;
  run_board* const board_;
  std::vector<ended_group> groups_;
  std::vector<orphan> kept_;
  timer_queue::timer next_;
};

}  // namespace weir
