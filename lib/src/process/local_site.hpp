/// What all attempts on this machine share: the launcher, the descriptors that are watched, the
/// read buffer, and whose processes there are.
///
/// An attempt uses it and leaves it as it found it. It knows no policy, and nothing of how many may
/// run: that is the executor's.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <unistd.h>

#include <weir/executor.hpp>

#include "loop/poll_set.hpp"
#include "loop/timer_queue.hpp"
#include "process/group_ending.hpp"
#include "process/job_environment.hpp"
#include "process/launcher.hpp"
#include "process/orphans.hpp"
#include "process/process_owners.hpp"
#include "process/program_lookup.hpp"
#include "process/run_board.hpp"
#include "process/shields.hpp"
#include "process/tree_sweeper.hpp"

namespace weir {

class local_attempt;

struct local_executor_settings {
  inherited_state state = inherited_state::current();
  launch_method method = launch_method::clone;
  /// From TERM to KILL when a job says nothing itself.
  duration close_timeout = std::chrono::seconds(10);
  /// From KILL to giving up, when a job over its own timeout would not die.
  duration kill_timeout = std::chrono::seconds(2);
  /// How long an attempt that is being ended waits for what runs shielded in it.
  duration wait_timeout = std::chrono::seconds(60);
  /// How long a run without a running job waits for room to start one. Then jobs fail at once,
  /// until one starts.
  duration longest_shortage = std::chrono::seconds(30);
  /// Jobs may shield commands with weir-shield(1).
  bool shields = false;
  /// This process is a child subreaper: orphans of ended jobs are found among our children.
  bool subreaper = false;
  /// Of jobs that say nothing themselves.
  leftover_rule leftovers = leftover_rule::leave;
  /// Shows the process in front what runs; null: there is none. It outlives the executor.
  run_board* board = nullptr;
  const char* const* environment = nullptr;  ///< as ::environ; null means that
  pid_t known_as = ::getpid();               ///< the run's number to its jobs: PARALLEL_PID
  std::string slot_variable = {};  ///< has the slot, counted from 0; empty: there is none such
};

/// What is told of attempts besides their results.
struct attempt_reports {
  /// Told when the output of a job could not be read, with the errno value; the job goes on.
  std::function<void(const job_spec&, int error)> on_output_lost;

  /// Told when what a failed job left running is ended with it: one of these processes, for people.
  std::function<void(const job_spec&, const std::string& what)> on_left_ended;

  /// Told when processes of a job over its timeout, or what a job left that may not leave anything,
  /// would not die; the attempt is over all the same.
  std::function<void(const job_spec&, std::span<const process_entry>)> on_survivors;
};

class local_site {
 public:
  /// \param timers and \param told must outlive this.
  local_site(loop_executor loop, timer_queue& timers, local_executor_settings wanted,
             const attempt_reports& told);
  local_site(const local_site&) = delete;
  local_site& operator=(const local_site&) = delete;
  ~local_site();

  const local_executor_settings settings;
  const attempt_reports& reports;
  poll_set& poll;
  timer_queue& timers;
  weir::launcher launcher;
  process_owners owners;
  weir::orphans orphans;
  tree_sweeper sweeper;
  group_ending groups;
  weir::shields shields;
  const base_environment environment;
  program_lookup programs;

  static constexpr std::size_t buffer_bytes = 256 * 1024;
  const std::unique_ptr<char[]> buffer;  ///< one read is consumed before the next

  bool much_output = false;           ///< a job has filled a pipe
  bool reads_without_waiting = true;  ///< the kernel knows RWF_NOWAIT of pipes

  /// Attempts that have a process.
  unsigned running() const noexcept { return running_; }
  /// The attempt has one: it may not execute its program yet.
  void started(local_attempt& attempt, process_tree& tree);
  /// It was reaped, or given up.
  /// \param then what becomes of what it leaves.
  void reaped(process_tree& tree, fate then);
  /// Takes back what only a start needs. Of many that run, only the last few are still being
  /// started.
  void settle_launched();
  /// Its output is to be watched if it runs for long.
  void watch_later(local_attempt& attempt);
  /// The attempt is about to be destroyed.
  void forget(local_attempt& attempt);

  std::unique_ptr<execution_block> free_block();
  /// \param block may be null: it was given back before.
  void give_back(std::unique_ptr<execution_block> block);

 private:
  void watch_unwatched();

  unsigned running_ = 0;
  std::vector<std::unique_ptr<execution_block>> free_blocks_;
  std::vector<local_attempt*> launching_;  ///< may not execute yet
  std::vector<local_attempt*> unwatched_;  ///< output is not watched yet
  timer_queue::timer watch_;               ///< of those
};

}  // namespace weir
