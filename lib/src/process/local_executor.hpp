/// Runs attempts as processes of this machine.
///
/// It owns what all attempts share: the launcher, the set of watched descriptors, the read buffer,
/// the sweeping of trees that are being ended. One attempt is a local_attempt. It knows no policy:
/// what an outcome means and what comes next is the engine's business.
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
#include "process/leftover_ending.hpp"
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
};

class local_executor final : public executor {
 public:
  /// \param timers must outlive the executor.
  local_executor(loop_executor loop, timer_queue& timers, local_executor_settings settings);
  local_executor(const local_executor&) = delete;
  local_executor& operator=(const local_executor&) = delete;
  ~local_executor() override;

  awaitable<attempt_result> run(attempt_request request, running_attempt*& handle) override;
  unsigned shields() const override { return shields_.count(); }
  void end_shields(ending how) override;

  /// Told when the machine has no room for more processes or descriptors, in words for people: once
  /// that fewer jobs run, once that none can start, once what is done without.
  std::function<void(const std::string&)> on_shortage;

  /// Told once when what is left of a job cannot be looked for, in words for people.
  void on_blindness(std::function<void(const std::string&)> told) {
    groups_.on_blindness = std::move(told);
  }

  /// Told when the output of a job could not be read, with the errno value; the job goes on.
  std::function<void(const job_spec&, int error)> on_output_lost;

  /// Told when what a failed job left running is ended with it: one of these processes, for people.
  std::function<void(const job_spec&, const std::string& what)> on_left_ended;

  /// Told when processes of a job over its timeout, or what a job left that may not leave anything,
  /// would not die; the attempt is over all the same.
  std::function<void(const job_spec&, std::span<const process_entry>)> on_survivors;

  /// Processes that would not die.
  std::vector<process_entry> survivors() const;

  /// The run is over: ends what is not to be left of its jobs; see leftover_ending.
  /// \param unknown_too also what cannot be told whose it is.
  void end_leftovers(bool unknown_too, duration grace, std::function<void()> done);
  /// Faster: KILL, then no more waiting.
  void hurry_leftovers() { leftover_ending_.hurry(); }
  /// What jobs leave running, for good.
  std::vector<process_left> leftovers();

  /// Grows each time that the loop has looked at its descriptors while jobs run.
  std::uint64_t turn() const noexcept { return poll_.turn(); }

  const local_executor_settings& settings() const noexcept { return settings_; }

 private:
  friend class local_attempt;

  /// Waits until the machine may have room again. \returns false when it was cancelled or gave up.
  awaitable<bool> wait_for_room(local_attempt& attempt);
  bool make_room(int error);
  void tell_shortage(int error);
  void room_again();
  /// Of many that run, only the last few are still being started.
  void settle_launched();
  std::unique_ptr<execution_block> free_block();
  void give_back(std::unique_ptr<execution_block> block);
  void watch_later(local_attempt& attempt);
  void watch_unwatched();

  poll_set& poll_;
  timer_queue& timers_;
  local_executor_settings settings_;
  launcher launcher_;
  process_owners owners_;
  orphans orphans_;
  tree_sweeper sweeper_;
  group_ending groups_;
  leftover_ending leftover_ending_;
  weir::shields shields_;
  base_environment environment_;
  program_lookup programs_;
  unsigned running_ = 0;  ///< attempts with a process
  bool shortage_told_ = false;
  bool waiting_told_ = false;
  duration waited_{};             ///< for room, while nothing ran; since the last start
  bool waiting_counted_ = false;  ///< one of those that wait adds to it
  std::vector<std::unique_ptr<execution_block>> free_blocks_;
  std::unique_ptr<char[]>
      buffer_;  ///< of buffer_bytes; shared: one read is consumed before the next
  std::vector<local_attempt*> waiting_for_room_;
  std::vector<local_attempt*> launching_;  ///< may not execute yet
  std::vector<local_attempt*> unwatched_;  ///< output is not watched yet
  timer_queue::timer watch_;               ///< of those
  bool much_output_ = false;               ///< a job has filled a pipe

  bool reads_without_waiting_ = true;  ///< the kernel knows RWF_NOWAIT of pipes

  static constexpr std::size_t buffer_bytes = 256 * 1024;
};

}  // namespace weir
