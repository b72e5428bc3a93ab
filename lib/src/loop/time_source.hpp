/// What time it is, and how to wait for a time: the machine's clocks, or those of a simulation.
///
/// A run asks for the time here and nowhere else, so that one whose clock jumps to the next
/// deadline makes the same decisions in a millisecond. Deadlines are on the monotonic clock: a
/// stepped wall clock fires nothing.
#pragma once

#include <chrono>
#include <functional>

#include <boost/asio/basic_waitable_timer.hpp>

#include <weir/awaitable.hpp>

namespace weir {

class time_source {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using wall_time = std::chrono::system_clock::time_point;

  virtual ~time_source() = default;
  /// Never goes back.
  virtual time_point now() const = 0;
  /// For people and logs.
  virtual wall_time wall_now() const = 0;
  /// Calls `reached` once from the loop, at that time or soon after. One wait at a time: a new one
  /// replaces the previous one.
  virtual void wait_until(time_point when, std::function<void()> reached) = 0;
  /// Cancels the wait, so that the loop can end.
  virtual void cancel() = 0;
};

class machine_time final : public time_source {
 public:
  explicit machine_time(loop_executor executor) : timer_(executor) {}

  time_point now() const override { return std::chrono::steady_clock::now(); }
  wall_time wall_now() const override { return std::chrono::system_clock::now(); }
  void wait_until(time_point when, std::function<void()> reached) override;
  void cancel() override { timer_.cancel(); }

 private:
  using clock = std::chrono::steady_clock;
  boost::asio::basic_waitable_timer<clock, boost::asio::wait_traits<clock>, loop_executor> timer_;
};

}  // namespace weir
