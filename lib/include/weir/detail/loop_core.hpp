/// A scheduler's core bound to an executor: resumes bodies, wakes waiters, keeps its timers.
///
/// Bodies run in runners: coroutines that take one ready job after the other, so that a job costs
/// no co_spawn of its own. One posted handler, the pump, hands ready jobs to runners; a runner is
/// made when none is idle, and all idle ones go when nothing runs, so that they do not keep the
/// loop alive.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>

#include <weir/detail/loop_registry.hpp>
#include <weir/detail/parking.hpp>
#include <weir/detail/scheduler_core.hpp>

namespace weir::detail {

template <typename Executor>
using loop_timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

/// The time in `after` from now; the far future when that is no time.
inline std::chrono::steady_clock::time_point deadline_in(std::chrono::nanoseconds after) {
  const auto now = std::chrono::steady_clock::now();
  return now + std::min<std::chrono::nanoseconds>(after, std::chrono::hours(24 * 36500));
}

template <typename Executor>
class loop_core;
template <typename Executor>
struct runner;

/// A job that runs on this kind of executor.
template <typename Executor>
struct loop_job_node : job_node {
  using awaitable = boost::asio::awaitable<void, Executor>;
  using serve_function = awaitable (*)(runner<Executor>&);

  loop_job_node(loop_core<Executor>& in, std::source_location spawned_at, serve_function how)
      : job_node(in, spawned_at), serve(how) {}

  loop_core<Executor>& loop() const { return static_cast<loop_core<Executor>&>(*core); }

  serve_function serve;  ///< runs r.job and the jobs of the same type after it
  runner<Executor>* runs_in = nullptr;
};

template <typename Executor>
struct runner : list_hook {
  explicit runner(loop_core<Executor>& in) : core(&in) {}
  ~runner();

  counted_ptr<loop_core<Executor>> core;
  loop_job_node<Executor>* job = nullptr;  ///< in hand; null while idle
  const void* id = nullptr;                ///< of its coroutine (identify)
  boost::asio::cancellation_signal signal;
  waiter idle;  ///< its suspended coroutine, between two jobs
  std::optional<loop_timer<Executor>> timer;
};

template <typename Executor>
class loop_core final : public scheduler_core, private loop_member {
 public:
  using job_type = loop_job_node<Executor>;

  loop_core(const Executor& executor, scheduler_options options);
  ~loop_core() override;

  const Executor& executor() const noexcept { return *executor_; }
  /// The loop is gone, nothing can be resumed any more.
  bool gone() const noexcept { return !executor_; }

  /// Whether this coroutine is the job's own.
  bool is_body_of(const job_type& job, const void* id) const noexcept;
  /// Whether this coroutine is the body of any job or shield.
  bool is_any_body(const void* id) const noexcept;

  /// The runner's job has ended; the runner is free for the next one.
  void done(runner<Executor>& r, std::exception_ptr error);
  void park_idle(runner<Executor>& r);
  void resume_later(resumption parked) { post(std::move(parked)); }
  /// Calls `work` from a later turn of the loop. Thread-safe.
  template <typename Work>
  void defer(Work work) noexcept {
    try {
      boost::asio::post(executor(), std::move(work));
    } catch (...) {  // out of memory, in a destructor: there is nobody to tell
    }
  }

 private:
  void post_pump() override;
  void post(resumption parked) override;
  void interrupt(job_node& running) override;
  void arm_close_deadline(std::chrono::nanoseconds after) override;
  void disarm_close_deadline() noexcept override;
  void loop_gone() noexcept override;

  void pump();
  void hand_out(job_type& job);
  void make_runner(job_type& job);
  void trim_idle();
  void leave_idle(runner<Executor>& r);
  void arm_timeout(runner<Executor>& r);

  std::optional<Executor> executor_;
  bool pump_posted_ = false;
  intrusive_list<runner<Executor>> busy_, idle_;
  std::size_t idle_count_ = 0;
  std::optional<loop_timer<Executor>> close_timer_;
};

}  // namespace weir::detail
