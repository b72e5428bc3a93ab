/// Ends the whole tree of a job: its process group, its descendants, and those that became orphans.
///
/// A job's main process is kept as a zombie meanwhile, so that its pid and group number
/// cannot be used by anybody else. All trees that are being ended share one look at the process
/// table. Whose a process is, process_owners decides.
#pragma once

#include <chrono>
#include <functional>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "loop/timer_queue.hpp"
#include "process/orphans.hpp"
#include "process/process_owners.hpp"
#include "process/process_table.hpp"
#include "process/run_board.hpp"

namespace weir {

class tree_sweeper {
 public:
  /// One tree on its way to its end. It must not be destroyed between begin and gone.
  struct tree {
    pid_t leader =
        0;  ///< pid of the main process, which leads its group, not reaped yet; 0: it was
    attempt_id job;
    std::uint64_t since = 0;     ///< ticks_now() before its start
    int signal = 0;              ///< SIGTERM or SIGKILL
    bool leader_ended = false;   ///< its exit was seen
    std::function<void()> gone;  ///< nothing of the tree is left but the leader's zombie

    std::chrono::nanoseconds grace{};    ///< from TERM to KILL, for shields
    unsigned shields = 0;                ///< parts of it that are spared now; see shields
    bool shield_was_ended = false;       ///< one of them did not end by itself
    std::function<void()> shields_gone;  ///< `shields` has become 0

   private:
    friend class tree_sweeper;
    static constexpr std::size_t nowhere = ~std::size_t{0};
    std::size_t index = nowhere;                        ///< in running_
    std::size_t place = 0;                              ///< on the board
    std::vector<std::pair<pid_t, std::uint64_t>> told;  ///< pid and start time, sent `signal` once
    std::vector<process_entry> left;
  };

  /// All must outlive this.
  /// \param board null: nobody wants to know.
  tree_sweeper(timer_queue& timers, process_owners& owners, orphans& left, run_board* board);

  /// Sends the signal to all of the tree now, and again to whatever is found later, until nothing
  /// is left; then calls tree.gone. Calling it again with another signal raises it.
  void begin(tree& t, int signal);

  /// The main process has ended: the tree may be found empty from now on.
  void leader_ended(tree& t);

  /// The attempt is over although something of its tree may live.
  void forget(tree& t);

  /// The same for a tree that would not die: what is left of it counts among the survivors.
  void give_up(tree& t);

  /// Sends a signal once to everything that belongs to a running job (SIGSTOP, SIGCONT).
  void signal_tree(const tree& t, int signal);

  /// What was left of the trees that were given up.
  const std::vector<process_entry>& survivors() const noexcept { return survivors_; }

  /// The process with its descendants and what it leads belongs to no tree until spare_no_more().
  /// What it descends from may get TERM, but no KILL: it may wait for it.
  void spare(pid_t pid);
  void spare_no_more(pid_t pid);
  /// The last shield of a tree that is being ended has gone: do not wait for the next look.
  void hurry();
  /// The tree of the process, if it is one with a leader or lingering, and is not being ended; else
  /// null.
  tree* running_tree_of(pid_t pid);
  /// The leader has gone, but something is still waited for.
  void linger(tree& t) { lingering_.push_back(&t); }
  void linger_no_more(tree& t) { std::erase(lingering_, &t); }

  /// A main process was started.
  void add_leader(tree& t);
  /// It was reaped, or given up.
  /// \param then what becomes of what it leaves.
  void remove_leader(tree& t, fate then);

  bool is_spared(const process_entry& process) const;

 private:
  void let_go(tree& t);
  void schedule();
  bool waits_for_spared(const process_entry& process) const;
  void sweep();
  void tell(tree& t, const std::vector<process_entry>& members);
  void tell_one(tree& t, const process_entry& process);
  std::vector<process_entry> members_of(const tree& t);
  const std::vector<process_entry>& recent_table();
  void read_table();
  process_owners::predicate spared() const;
  process_owners::mark_reader marks() const;

  timer_queue& timers_;
  process_owners& owners_;
  orphans& orphans_;
  run_board* const board_;
  timer_queue::timer next_;
  std::vector<tree*> ending_;
  std::vector<process_entry> survivors_;
  std::vector<tree*> running_;
  std::vector<tree*> lingering_;
  std::vector<pid_t> spared_;
  std::vector<process_entry> table_;
  /// What owners_.divide() says of table_, as long as leaders and spared ones are those of now:
  /// thousands of trees are ended at once.
  const std::vector<std::pair<ownership, process_entry>>* divided_ = nullptr;
  timer_queue::clock::time_point table_read_{};
  timer_queue::clock::duration table_cost_{};
};

}  // namespace weir
