/// What all attempts on this machine share: the launcher, the watched descriptors, the read buffer,
/// and the record of whose processes there are.
///
/// An attempt uses it and leaves it as it found it. It knows no policy, nor how many may run: that
/// is the executor's.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include <weir/executor.hpp>

#include "loop/poll_set.hpp"
#include "loop/timer_queue.hpp"
#include "process/control_group_jobs.hpp"
#include "process/group_ending.hpp"
#include "process/job_environment.hpp"
#include "process/job_terminal.hpp"
#include "process/launcher.hpp"
#include "process/orphans.hpp"
#include "process/process_owners.hpp"
#include "process/program_lookup.hpp"
#include "process/run_board.hpp"
#include "process/shields.hpp"
#include "process/tree_sweeper.hpp"
#include "values/gpu_pool.hpp"

namespace weir {

class local_attempt;

struct local_executor_settings {
  inherited_state state = inherited_state::current();
  launch_method method = launch_method::clone;
  /// From TERM to KILL for jobs that set no time themselves.
  duration close_timeout = std::chrono::seconds(10);
  /// From KILL to giving up, for a job over its own timeout that would not die.
  duration kill_timeout = std::chrono::seconds(2);
  /// How long an attempt that is being ended waits for its shielded processes.
  duration wait_timeout = std::chrono::seconds(60);
  /// How long a run without a running job waits for room to start one. After that, jobs fail at
  /// once, until one starts.
  duration longest_shortage = std::chrono::seconds(30);
  /// Jobs may shield commands with weir-shield(1).
  bool shields = false;
  /// This process is a child subreaper: orphans of ended jobs are found among our children.
  bool subreaper = false;
  /// For jobs that have no rule of their own.
  leftover_rule leftovers = leftover_rule::leave;
  control_group_settings control_groups = {};
  /// Shows the process in front what is running; null if there is none. Must outlive the executor.
  run_board* board = nullptr;
  const char* const* environment = nullptr;  ///< as ::environ, which null stands for
  pid_t known_as = ::getpid();               ///< the run's number as jobs see it: PARALLEL_PID
  /// A job in the foreground of the terminal was stopped (Ctrl-Z): all of weir is to be stopped.
  std::function<void()> stopped_in_foreground = {};
  terminal_cells screen = {};      ///< where terminals of jobs are shown
  std::string slot_variable = {};  ///< receives the slot, counted from 0; empty: no such variable
  gpu_names gpus = {};             ///< for jobs that claim some
};

class local_site {
 public:
  /// \param timers must outlive this.
  local_site(loop_executor loop, timer_queue& timers, local_executor_settings wanted);
  local_site(const local_site&) = delete;
  local_site& operator=(const local_site&) = delete;
  ~local_site();

  const local_executor_settings settings;
  poll_set& poll;
  timer_queue& timers;
  weir::launcher launcher;
  process_owners owners;
  weir::orphans orphans;
  tree_sweeper sweeper;
  group_ending groups;
  weir::shields shields;
  job_control_groups control_groups;
  const base_environment environment;
  program_lookup programs;

  static constexpr std::size_t buffer_bytes = 256 * 1024;
  const std::unique_ptr<char[]> buffer;  ///< each read is consumed before the next

  bool much_output = false;           ///< some job has filled a pipe
  bool reads_without_waiting = true;  ///< the kernel supports RWF_NOWAIT for pipes

  /// Sets where tell() leads; it must outlive this.
  void report_to(inbox& to);
  terminal_cells screen;
  /// Attempts that have a terminal of their own.
  std::vector<local_attempt*> with_terminal;
  void tell(const notice& what) {
    if (inbox_ != nullptr) inbox_->take(what);
  }
  /// These processes would not die; the attempt is over all the same.
  void tell_stuck(const job_spec& job, std::span<const process_entry> living);
  /// What the gate's command leaves is told of once: it is asked again and again.
  bool gate_left_told = false;
  /// How many have been reported.
  std::size_t stuck_told() const noexcept { return stuck_told_; }

  /// Attempts that have a process.
  unsigned running() const noexcept { return running_; }
  /// The attempt now has a process, which may not have executed its program yet.
  void started(local_attempt& attempt, process_tree& tree);
  /// The process was reaped, or given up.
  /// \param then what happens to what it leaves.
  void reaped(process_tree& tree, fate then);
  /// Takes back what only a start needs. Of many running attempts, only the last few are still
  /// starting.
  void settle_launched();
  /// Watches its output if it runs for long.
  void watch_later(local_attempt& attempt);
  /// The attempt is about to be destroyed.
  void forget(local_attempt& attempt);

  std::unique_ptr<execution_block> free_block();
  /// \param block may be null if it was given back before.
  void give_back(std::unique_ptr<execution_block> block);

 private:
  void watch_unwatched();
  std::string_view shields_around() const;

  inbox* inbox_ = nullptr;
  std::size_t stuck_told_ = 0;
  unsigned running_ = 0;
  std::vector<std::unique_ptr<execution_block>> free_blocks_;
  std::vector<local_attempt*> launching_;  ///< may not have executed yet
  std::vector<local_attempt*> unwatched_;  ///< output is not watched yet
  timer_queue::timer watch_;               ///< for those
};

}  // namespace weir
