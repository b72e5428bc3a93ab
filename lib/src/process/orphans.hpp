/// Processes that jobs started and that are our children now, since their parents have gone.
///
/// They are seen by looking at the list of our children: soon after jobs have ended, and whenever
/// an answer depends on it; no picture of the whole machine is needed for that. What is seen is
/// recorded with its owner, shown on the board, and collected when it has ended, so that none stays
/// a zombie. They are children of ours, so that their numbers are theirs until they are collected.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <weir/job_spec.hpp>

#include "loop/owned_fd.hpp"
#include "loop/timer_queue.hpp"
#include "process/job_mark.hpp"
#include "process/process_owners.hpp"
#include "process/run_board.hpp"

namespace weir {

class orphans {
 public:
  /// All must outlive this.
  /// \param adopts this process is a child subreaper; else there are none.
  /// \param board null: nobody wants to know.
  orphans(timer_queue& timers, process_owners& owners, bool adopts, run_board* board);

  /// What jobs of this run are told by in their environment; before the first starts.
  void know(run_mark mark) { mark_ = std::move(mark); }

  /// A main process was started, or reaped.
  void leader_started();
  void leader_ended();

  /// Records what has become our child since the last look.
  void look();

  /// Whether an orphan of this job lives, or one that may be its; looks at these only.
  bool any_of(attempt_id job);

  /// The living ones of all jobs, after a look.
  const std::vector<orphan>& all();

  /// Collects those that have ended.
  void reap(const std::vector<process_entry>& table);

  /// The job that the environment of the process names.
  std::optional<attempt_id> mark_of(pid_t pid) const { return weir::mark_of(pid, mark_); }

  /// The weir inside of a job that has started the process for a job of its own, or runs in one
  /// that has; null: there is none, or it has gone. Told to end, it ends what it has started.
  /// \param table as read_process_table() gives it, and where the result points to.
  const process_entry* inner_weir_of(const process_entry& process,
                                     const std::vector<process_entry>& table) const;

  /// Whether the last look has found one that only a later look can tell of (fate::unclear).
  bool unclear() const noexcept { return unclear_; }

 private:
  std::vector<pid_t> children();
  /// \returns whether any was.
  bool reap();
  void collect();
  bool reap_one(pid_t pid);

  timer_queue& timers_;
  process_owners& owners_;
  run_mark mark_;
  const bool adopts_;
  run_board* const board_;
  owned_fd list_;  ///< /proc/thread-self/children
  bool has_list_ = true;
  bool unclear_ = false;
  timer_queue::timer next_look_;
  timer_queue::timer collection_;
  timer_queue::clock::duration cost_{};  ///< of the last look
};

}  // namespace weir
