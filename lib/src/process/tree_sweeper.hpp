/// Looks at all process trees that are being ended, together, and sends the signals that each
/// requests.
///
/// Meanwhile, a job's main process is kept as a zombie, so that nobody else can get its pid and
/// group number. All trees that are being ended share one look at the process table. process_owners
/// decides whose a process is; process_tree, which gets which signal.
#pragma once

#include <utility>
#include <vector>

#include <sys/types.h>

#include "loop/timer_queue.hpp"
#include "process/orphans.hpp"
#include "process/process_owners.hpp"
#include "process/process_table.hpp"
#include "process/process_tree.hpp"
#include "process/run_board.hpp"

namespace weir {

class tree_sweeper {
 public:
  /// All must outlive this.
  /// \param board null if nobody is interested.
  tree_sweeper(timer_queue& timers, process_owners& owners, orphans& left, run_board* board)
      : timers_(timers), owners_(owners), orphans_(left), board_(board) {}

  /// A main process is about to be born.
  void starting(const process_tree& t) {
    if (board_ != nullptr) board_->starting(t.job());
  }
  /// A main process was started.
  void add_leader(process_tree& t);
  /// It was reaped, or given up.
  /// \param then what happens to what it leaves.
  void remove_leader(process_tree& t, fate then);

  /// Sends the signal to all of the tree now, and again to whatever is found later, until nothing
  /// is left; then tells the tree's owner. Calling it again with another signal raises it. The tree
  /// must not be destroyed before that, or before forget().
  void begin(process_tree& t, int signal);

  /// The main process has ended: the tree may be found to be empty from now on.
  void leader_ended(process_tree& t);

  /// The attempt is over although part of its tree may live.
  void forget(process_tree& t);

  /// The same for a tree that would not die: what is left of it counts among the survivors.
  void give_up(process_tree& t);

  /// Sends a signal once to everything that belongs to a running job (SIGSTOP, SIGCONT).
  void signal_tree(const process_tree& t, int signal);

  /// All processes, as of a moment ago.
  const std::vector<process_entry>& recent_table();

  /// What was left of the trees that were given up.
  const std::vector<process_entry>& survivors() const noexcept { return survivors_; }

  /// Until spare_no_more(), the process, its descendants and what it leads belong to no tree. Its
  /// ancestors may get TERM, but no KILL before it does: they may be waiting for it.
  void spare(pid_t pid);
  void spare_no_more(pid_t pid);
  /// Whether spare() holds for it, as one that is spared, or led by one.
  bool is_spared(const process_entry& process) const;
  /// To be called before a shield in the tree gets the signal: what waits for it has that first,
  /// since it would go on as if the shielded command had ended by itself.
  void signal_around_shields(process_tree& t, int signal);
  /// The last shield of a tree that is being ended has gone: do not wait for the next look.
  void hurry();
  /// The tree of the process, if it has a leader or is lingering, and is not being ended; otherwise
  /// null.
  process_tree* running_tree_of(pid_t pid);
  /// The leader has gone, but something is still being waited for.
  void linger(process_tree& t) { lingering_.push_back(&t); }
  void linger_no_more(process_tree& t) { std::erase(lingering_, &t); }

 private:
  void let_go(process_tree& t);
  void schedule();
  bool waits_for_spared(const process_entry& process) const;
  void sweep();
  void add_group(const process_tree& t, process_tree::members& to) const;
  bool has_gone(process_tree& t, const process_tree::members& left);
  void pursue();
  process_owners::mark_reader marks() const;
  static void send(const process_tree& t, const process_tree::orders& orders);
  process_tree::members members_of(const process_tree& t);
  void read_table();
  process_owners::predicate spared() const;
  process_tree::surroundings around() const;

  timer_queue& timers_;
  process_owners& owners_;
  orphans& orphans_;
  run_board* const board_;
  timer_queue::timer next_;
  timer_queue::timer pursuit_;
  std::vector<process_tree*> ending_;
  std::vector<process_entry> survivors_;
  std::vector<process_tree*> running_;
  std::vector<process_tree*> lingering_;
  std::vector<pid_t> spared_;
  std::vector<process_entry> table_;
  /// The result of owners_.divide() on table_, while leaders and spared ones stay the same:
  /// thousands of trees are ended at once.
  const std::vector<std::pair<ownership, process_entry>>* divided_ = nullptr;
  timer_queue::clock::time_point table_read_{};
  timer_queue::clock::duration table_cost_{};
};

}  // namespace weir
