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
#include "values/gpu_pool.hpp"

namespace weir {

class local_attempt;

class local_executor final : public executor {
 public:
  /// \param timers must outlive the executor.
  local_executor(loop_executor loop, timer_queue& timers, local_executor_settings settings);
  local_executor(const local_executor&) = delete;
  local_executor& operator=(const local_executor&) = delete;
  ~local_executor() override;

  awaitable<attempt_result> run(attempt_request request, running_attempt*& handle) override;
  /// Calls `changed` each time that has_shield() of an attempt may have changed.
  void on_shields(std::function<void()> changed) { site_.shields.changed = std::move(changed); }

  void report_to(inbox& to) override { site_.report_to(to); }

  awaitable<leftovers> end_leftovers(bool unknown_too, duration grace) override;
  /// The screen on which terminals of jobs are shown has a new size.
  void resize(terminal_cells screen);
  void hurry_leftovers() override { leftover_ending_.hurry(); }
  /// Processes that jobs left running.
  std::vector<process_left> living_leftovers();

  const local_executor_settings& settings() const noexcept { return site_.settings; }

 private:
  /// Waits until the machine may have room again. \returns false if it was cancelled or gave up.
  awaitable<bool> wait_for_room(local_attempt& attempt);
  bool make_room(int error);
  bool is_for_good(int error) const;
  void tell_shortage(int error);
  void room_again();
  void want_room(bool& wants, bool now);

  local_site site_;
  gpu_pool gpus_;
  leftover_ending leftover_ending_;
  bool has_started_ = false;   ///< any attempt
  unsigned wanting_room_ = 0;  ///< attempts that could not start, but still may
  bool shortage_told_ = false;
  bool waiting_told_ = false;
  duration waited_{};             ///< for room, with nothing running; since the last start
  bool waiting_counted_ = false;  ///< one waiting attempt adds to it
  std::vector<local_attempt*> waiting_for_room_;
};

}  // namespace weir
