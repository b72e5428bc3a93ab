/// Process groups that outlive their main process, for when /proc cannot tell what is left of a
/// job.
///
/// The group of a reaped main process keeps its number as long as it has a member, so it can be
/// checked and signalled until it is empty. Processes that have left the group are not found.
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
  /// \param board null if nobody is interested.
  group_ending(timer_queue& timers, const process_owners& owners, bool adopts, run_board* board)
      : timers_(timers), owners_(owners), adopts_(adopts), board_(board) {}

  /// Whether anything is left in the group of a leader that has just been reaped.
  static bool has_members(pid_t group);

  /// Its leader has just been reaped. Sends TERM, unless `told`, and KILL after the grace, until
  /// the group is empty: then `gone` is called, from the loop. \returns whether there is something
  /// to be ended.
  bool end(pid_t group, duration grace, bool told, std::function<void()> gone);
  /// KILL now.
  void hurry(pid_t group);
  /// Nobody waits for its end any more; it is still ended.
  void let_go(pid_t group);

  /// What is now in the group is left by a job until the run ends; `then` says what happens after
  /// that.
  void keep(pid_t group, attempt_id job, fate then);
  /// Ends those of the kept groups that are not to be left.
  void end_kept(duration grace);
  /// The kept groups that still have members. The numbers of their processes are not known: that of
  /// the group stands in for them.
  std::vector<orphan> left();

  /// KILL to all groups that are being ended, now.
  void hurry();

  bool empty() const noexcept { return groups_.empty(); }

  /// Reports once that jobs are known only by their process groups.
  void tell_blindness();
  /// The run is over. Reports the same if something lives on that is in no known group.
  void tell_what_is_unseen();

  /// Called once, with words for people, when this first happens.
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
