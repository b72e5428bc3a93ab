/// Processes that jobs started and that are now our children, since their parents have gone.
///
/// They are found by looking at the list of our children: soon after jobs have ended, and whenever
/// an answer depends on it; that needs no picture of the whole machine. Each one found is recorded
/// with its owner, shown on the board, and collected when it has ended, so that none stays a
/// zombie. Since they are children of ours, their numbers are theirs until they are collected.
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include <weir/job_spec.hpp>

#include "loop/timer_queue.hpp"
#include "process/job_mark.hpp"
#include "process/own_children.hpp"
#include "process/process_owners.hpp"
#include "process/run_board.hpp"

namespace weir {

class orphans {
 public:
  /// All must outlive this.
  /// \param adopts this process is a child subreaper; otherwise there are no orphans.
  /// \param board null if nobody is interested.
  orphans(timer_queue& timers, process_owners& owners, bool adopts, run_board* board);

  /// What identifies jobs of this run in their environment; to be called before the first starts.
  void know(run_mark mark) { mark_ = std::move(mark); }

  /// A main process was started, or has been reaped.
  void leader_started();
  void leader_ended();

  /// Records processes that have become our children since the last look.
  void look();

  /// Whether an orphan of this job lives, or one that may be the job's; looks only at these.
  bool any_of(attempt_id job);

  /// The living orphans of all jobs, after a look.
  const std::vector<orphan>& all();

  /// Sends KILL to those that are wanted, and to those that take their place meanwhile.
  void kill(const std::function<bool(const ownership&)>& wanted);

  /// Collects those that have ended.
  void reap(const std::vector<process_entry>& table);

  /// The job that the environment of the process names.
  std::optional<attempt_id> mark_of(pid_t pid) const { return weir::mark_of(pid, mark_); }

  /// The weir inside the job that has started the process for a job of its own, or runs in a weir
  /// that has; null if there is none, or it has gone. When told to end, it ends what it has
  /// started.
  /// \param table as returned by read_process_table(); the result points into it.
  const process_entry* inner_weir_of(const process_entry& process,
                                     const std::vector<process_entry>& table) const;

  /// Whether the last look found one about which only a later look can tell (fate::unclear).
  bool unclear() const noexcept { return unclear_; }

 private:
  std::vector<pid_t> children();
  /// \returns whether any was reaped.
  bool reap();
  void collect();
  bool reap_one(pid_t pid);

  timer_queue& timers_;
  process_owners& owners_;
  run_mark mark_;
  const bool adopts_;
  run_board* const board_;
  own_children children_;
  bool unclear_ = false;
  timer_queue::timer next_look_;
  timer_queue::timer collection_;
  std::chrono::nanoseconds cost_{};  ///< of the last look
};

}  // namespace weir
