/// Runs attempts as processes of this machine.
///
/// It owns what all attempts share (local_site), starts them when the machine has room, and ends
/// what is left when the run is over. One attempt is a local_attempt. It knows no policy: what an
/// outcome means and what comes next is the engine's business.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <weir/executor.hpp>

#include "process/leftover_ending.hpp"
#include "process/local_site.hpp"

namespace weir {

class local_attempt;

class local_executor final : public executor, public attempt_reports {
 public:
  /// \param timers must outlive the executor.
  local_executor(loop_executor loop, timer_queue& timers, local_executor_settings settings);
  local_executor(const local_executor&) = delete;
  local_executor& operator=(const local_executor&) = delete;
  ~local_executor() override;

  awaitable<attempt_result> run(attempt_request request, running_attempt*& handle) override;
  unsigned shields() const override { return site_.shields.count(); }
  void end_shields(ending how) override;

  /// Told when the machine has no room for more processes or descriptors, in words for people: once
  /// that fewer jobs run, once that none can start, once what is done without.
  std::function<void(const std::string&)> on_shortage;

  /// Told once when what is left of a job cannot be looked for, in words for people.
  void on_blindness(std::function<void(const std::string&)> told) {
    site_.groups.on_blindness = std::move(told);
  }

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
  std::uint64_t turn() const noexcept { return site_.poll.turn(); }

  const local_executor_settings& settings() const noexcept { return site_.settings; }

 private:
  /// Waits until the machine may have room again. \returns false when it was cancelled or gave up.
  awaitable<bool> wait_for_room(local_attempt& attempt);
  bool make_room(int error);
  void tell_shortage(int error);
  void room_again();

  local_site site_;
  leftover_ending leftover_ending_;
  bool shortage_told_ = false;
  bool waiting_told_ = false;
  duration waited_{};             ///< for room, while nothing ran; since the last start
  bool waiting_counted_ = false;  ///< one of those that wait adds to it
  std::vector<local_attempt*> waiting_for_room_;
};

}  // namespace weir
