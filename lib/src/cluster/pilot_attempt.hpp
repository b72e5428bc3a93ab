/// One attempt that runs on a worker, or waits for one, as the engine sees it.
///
/// Its output is passed on when it has ended, as long as there is little of it and nobody watches:
/// if a worker is lost before that, nothing of the attempt remains, and the same attempt elsewhere
/// is printed once. Memory is bounded by the window that a worker may fill.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <weir/executor.hpp>

#include "cluster/message.hpp"
#include "loop/completion.hpp"

namespace weir {

class pilot_executor;
class pilot_worker;

class pilot_attempt final : public running_attempt {
 public:
  pilot_attempt(pilot_executor& all, const attempt_request& request);
  pilot_attempt(const pilot_attempt&) = delete;
  pilot_attempt& operator=(const pilot_attempt&) = delete;
  ~pilot_attempt() override;

  /// Suspends until it is over. Cancellation ends it but goes on waiting.
  awaitable<> wait();
  attempt_result take_result() { return std::move(result_); }

  const attempt_request& request() const noexcept { return request_; }
  unsigned weight() const noexcept { return request_.job.settings->weight; }
  std::optional<duration> timeout() const noexcept { return timeout_; }
  bool end_asked() const noexcept { return end_asked_; }
  unsigned losses() const noexcept { return losses_; }

  /// From now on, it runs on that worker.
  void placed(pilot_worker& worker, std::uint64_t id);
  /// \returns whether that much was allowed.
  bool take_output(output_stream which, std::string_view bytes);
  /// \returns false if this does not match what came before: then it does not count as an end.
  bool ended(const ended_message& how, const std::string& node);
  /// Its worker has gone, or has handed it back. \returns bytes of its output that have already
  /// been printed.
  std::uint64_t displaced();
  void count_loss() noexcept { ++losses_; }
  void shield_changed(bool there) noexcept { has_shield_ = there; }
  /// It never ran, or nobody knows how it ended.
  void finish(outcome how);

  void end(ending how) override;
  bool has_shield() const override { return has_shield_; }
  void end_shields() override;
  /// All attempts of a worker are suspended together (pilot_executor::on).
  void suspend() override {}
  void resume() override {}
  void limit_time(duration from_start) override;
  void abandon() override;

 private:
  void hand_on(output_stream which, std::string_view bytes);
  void hand_on_held();
  void pay();
  void go_on();

  pilot_executor& all_;
  const attempt_request request_;
  std::optional<duration> timeout_;
  pilot_worker* worker_ = nullptr;
  std::uint64_t id_ = 0;
  std::array<std::string, 2> held_;
  bool holds_ = true;
  std::uint64_t received_ = 0;
  std::uint64_t credited_ = 0;
  bool stalled_ = false;  ///< the sink asked to wait
  bool end_asked_ = false;
  bool has_shield_ = false;
  bool is_over_ = false;
  bool abandoned_ = false;  ///< its sink may be gone
  unsigned losses_ = 0;
  attempt_result result_;
  completion over_;
};

}  // namespace weir
