/// Ends the whole tree of a job: its process group, its descendants, and those that became orphans.
///
/// A job's main process is kept as a zombie meanwhile, so that its pid and group number
/// cannot be used by anybody else. All trees that are being ended share one look at the process
/// table. Orphans that end while jobs run are collected once a second.
#pragma once

#include <chrono>
#include <compare>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "system/process_table.hpp"
#include "system/timer_queue.hpp"

namespace weir::system {

class tree_sweeper {
 public:
  /// One tree on its way to its end. It must not be destroyed between begin and gone.
  struct tree {
    pid_t leader = 0;            ///< pid of the main process, which leads its group, not reaped yet
    std::uint64_t seq = 0;       ///< the job's number in the environment of its processes
    int signal = 0;              ///< SIGTERM or SIGKILL
    bool leader_ended = false;   ///< its exit was seen
    std::function<void()> gone;  ///< nothing of the tree is left but the leader's zombie

    std::chrono::nanoseconds grace{};    ///< from TERM to KILL, for shields
    unsigned shields = 0;                ///< parts of it that are spared now; see shields
    bool shield_was_ended = false;       ///< one of them did not end by itself
    std::function<void()> shields_gone;  ///< `shields` has become 0

   private:
    friend class tree_sweeper;
    std::vector<std::pair<pid_t, std::uint64_t>> told;  ///< pid and start time, sent `signal` once
    std::vector<process_entry> left;
  };

  /// \param adopts_orphans this process is a child subreaper.
  /// \param known_as PARALLEL_PID in the environment of the jobs of this run.
  tree_sweeper(timer_queue& timers, bool adopts_orphans, pid_t known_as);

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
  void signal_tree(pid_t leader, std::uint64_t seq, int signal);

  /// Kills every orphan that became our child and belongs to no job that succeeded: the last thing
  /// of a stopped run. \param spare says whether the job with this number may leave its daemons.
  /// \returns how many are still alive.
  unsigned kill_orphans(const std::function<bool(std::uint64_t seq)>& spare);

  /// Children of this process that are no job's main process: daemons left by jobs.
  unsigned count_orphans();

  /// Collects the exit of orphans that became our children, so that none stays a zombie.
  void reap_orphans();

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

  /// Main processes of jobs, their trees' leaders: never to be reaped here.
  void add_leader(tree& t);
  void remove_leader(pid_t pid);

 private:
  /// Whose a process is: a running job's (by its main process), an orphan's job (by number), or no
  /// one's.
  struct owner {
    pid_t leader = 0;
    std::uint64_t seq = 0;
    auto operator<=>(const owner&) const = default;
  };

  void schedule();
  void collect();
  bool is_spared(const process_entry& process) const;
  bool waits_for_spared(const process_entry& process) const;
  void sweep();
  void tell(tree& t, const std::vector<process_entry>& members);
  void tell_one(tree& t, const process_entry& process);
  owner owner_of(const process_entry& process, const std::vector<process_entry>& table) const;
  std::vector<process_entry> members_of(pid_t leader, std::uint64_t seq);
  const std::vector<process_entry>& recent_table();
  void read_table();
  void find_owners();
  /// The number of the job of this run that the process was started for, from its environment; 0:
  /// none.
  std::uint64_t seq_in_environment(pid_t pid) const;
  using led_tree = std::pair<pid_t, tree*>;  ///< with its leader's pid
  const led_tree* find_leader(pid_t pid) const;
  bool is_leader(pid_t pid) const;
  bool is_orphan(const process_entry& process) const;

  timer_queue& timers_;
  bool adopts_orphans_;
  const std::string known_as_;
  timer_queue::timer next_;
  timer_queue::timer collection_;  ///< of orphans that have ended while jobs run
  std::vector<tree*> ending_;
  std::vector<process_entry> survivors_;
  std::vector<led_tree> leaders_;  ///< sorted by pid
  std::vector<tree*> lingering_;
  std::vector<pid_t> spared_;
  std::vector<process_entry> table_;
  /// The living processes of table_ that belong to a job, in the order of their owners, as long as
  /// leaders and spared ones are those of now: thousands of trees are ended at once.
  std::vector<std::pair<owner, const process_entry*>> owned_;
  bool owners_known_ = false;
  timer_queue::clock::time_point table_read_{};
  timer_queue::clock::duration table_cost_{};
};

}  // namespace weir::system
