/// A scheduler's core bound to an executor: resumes bodies, wakes waiters, keeps its timers.
///
/// Bodies run in runners: coroutines that take one ready job after another, so that a job does not
/// need its own co_spawn. One posted handler, the pump, hands ready jobs to runners; a runner is
/// made if none is idle, and all idle ones go when nothing runs, so that they do not keep the loop
/// alive.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
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

/// The time `after` from now: not before now, and at most a century ahead.
inline std::chrono::steady_clock::time_point deadline_in(std::chrono::nanoseconds after) {
  constexpr std::chrono::nanoseconds most = std::chrono::hours(24 * 36500);
  return std::chrono::steady_clock::now() +
         std::clamp<std::chrono::nanoseconds>(after, std::chrono::nanoseconds(0), most);
}

template <typename Executor>
class loop_core;
template <typename Executor>
struct runner;
template <typename Executor>
struct excursion;

/// A job that runs on this kind of executor.
template <typename Executor>
struct loop_job_node : job_node {
  using awaitable = boost::asio::awaitable<void, Executor>;
  struct ways_to_run {
    awaitable (*serve)(runner<Executor>&);  ///< runs r.job and the jobs of its type after it
    awaitable (*run_abroad)(loop_job_node& itself);  ///< runs this one, on its own executor
  };

  loop_job_node(loop_core<Executor>& in, std::source_location spawned_at, const ways_to_run* ways)
      : job_node(in, spawned_at), how(ways) {}

  loop_core<Executor>& loop() const { return static_cast<loop_core<Executor>&>(*core); }

  const ways_to_run* how;
  runner<Executor>* runs_in = nullptr;
  std::unique_ptr<excursion<Executor>> abroad;  ///< for a job with its own executor
};

/// The stay of a job on its own executor. What belongs there is only touched there, or before the
/// job has gone there and after it has come back.
template <typename Executor>
struct excursion : list_hook {
  explicit excursion(Executor to) : there(std::move(to)) {}

  Executor there;
  boost::asio::cancellation_signal signal;  ///< belongs there
  bool over = false;                        ///< belongs there
  std::exception_ptr error;                 ///< belongs there
  std::atomic<const void*> id = nullptr;    ///< of its coroutine (identify)
  std::optional<loop_timer<Executor>> timer;
};

/// The executor that the options name.
/// \throws std::invalid_argument if it has another type.
template <typename Executor>
Executor executor_of(const job_options& options) {
  if constexpr (std::is_same_v<Executor, boost::asio::any_io_executor>) {
    return *options.executor();
  } else {
    const Executor* const found = options.executor()->template target<Executor>();
    if (found == nullptr)
      throw std::invalid_argument(
          "spawn: the job's executor is of another type than its scheduler's");
    return *found;
  }
}

template <typename Executor>
struct runner : list_hook {
  explicit runner(loop_core<Executor>& in) : core(&in) {}
  ~runner();

  counted_ptr<loop_core<Executor>> core;
  loop_job_node<Executor>* job = nullptr;  ///< current job; null while idle
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
  /// The loop is gone; nothing can be resumed any more.
  bool gone() const noexcept { return gone_.load(std::memory_order_acquire); }

  /// Whether this coroutine is the job's own.
  bool is_body_of(const job_type& job, const void* id) const noexcept;
  /// Whether this coroutine is the body of any job or shield.
  bool is_any_body(const void* id) const noexcept;

  /// The runner's job has ended; the runner is free for the next one.
  void done(runner<Executor>& r, std::exception_ptr error);
  void park_idle(runner<Executor>& r);
  /// The job has ended on its own executor; this runs on the scheduler's.
  void back_home(job_type& job);
  void resume_later(resumption parked) { post(std::move(parked)); }
  /// Calls `work` from a later turn of the loop. Thread-safe.
  template <typename Work>
  void defer(Work work) noexcept {
    try {
      boost::asio::post(executor(), std::move(work));
    } catch (...) {  // out of memory, in a destructor: there is nobody to report it to
    }
  }

 private:
  void post_pump() override;
  void post(resumption parked) override;
  void interrupt(job_node& running, boost::asio::cancellation_type type) override;
  void arm_close_deadline(std::chrono::nanoseconds after) override;
  void disarm_close_deadline() noexcept override;
  void loop_gone() noexcept override;

  void pump();
  void hand_out(job_type& job);
  void make_runner(job_type& job);
  void send_abroad(job_type& job);
  void body_ended(job_type& job, std::exception_ptr error);
  void trim_idle();
  void leave_idle(runner<Executor>& r);
  void arm_timeout(job_type& job, std::optional<loop_timer<Executor>>& timer);

  std::optional<Executor> executor_;
  std::atomic<bool> gone_ = false;
  bool pump_posted_ = false;
  intrusive_list<runner<Executor>> busy_, idle_;
  std::size_t idle_count_ = 0;
  intrusive_list<excursion<Executor>> abroad_;
  std::optional<loop_timer<Executor>> close_timer_;
};

}  // namespace weir::detail
