/// A job with a result: what spawn returns.
#pragma once

#include <chrono>
#include <type_traits>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include <weir/awaitable.hpp>
#include <weir/detail/results.hpp>
#include <weir/job_view.hpp>

namespace weir {

/// A counted reference to a job that produces a T. Copies refer to the same job; destroying them
/// all leaves the job running.
///
/// The awaitable members may be awaited on any executor (on one other than the scheduler's, they
/// switch to it and back); for the others see job_view. A job's failure goes to its waiters; the
/// exception handler is called only if there are none.
/// \tparam T void, or a movable type.
template <typename T, typename Executor>
class basic_job : public job_view {
 public:
  using result_type = T;
  using executor_type = Executor;
  template <typename U>
  using awaitable = boost::asio::awaitable<U, Executor>;

  /// No job.
  basic_job() = default;
  /// Made by schedulers.
  explicit basic_job(detail::counted_ptr<detail::typed_job<T, Executor>> job)
      : job_view(detail::job_ptr(std::move(job))) {}

  /// Waits until the job has ended, whether or not it has started, and returns its result: a copy,
  /// or, for a T that cannot be copied, the result itself, to the first waiter.
  ///
  /// Cancelling the wait leaves the job running.
  /// \throws the job's own exception, the same object for every waiter; scheduler_error: cancelled
  /// (the job was cancelled or dropped), inside (a job waits for itself), result_taken;
  /// operation_aborted if the wait is cancelled.
  [[nodiscard]] awaitable<T> wait() const {
    return result(detail::wait_mode::watch, forever, detail::hand_out::copy);
  }

  /// Like wait, but for at most `timeout`, counted from the call. Then the job is cancelled, and
  /// has the scheduler's close_timeout to end.
  /// \throws as wait, and scheduler_error: timed_out.
  [[nodiscard]] awaitable<T> wait_or_cancel(std::chrono::nanoseconds timeout) const {
    return result(detail::wait_mode::cancel_when_late, timeout, detail::hand_out::copy);
  }

  /// Like wait, but for at most `timeout`. Then the job keeps running.
  /// \throws as wait, and scheduler_error: timed_out.
  [[nodiscard]] awaitable<T> wait_or_leave(std::chrono::nanoseconds timeout) const {
    return result(detail::wait_mode::watch, timeout, detail::hand_out::copy);
  }

  /// Like wait, but returns the result itself even if it could be copied. Later waiters get
  /// result_taken.
  [[nodiscard]] awaitable<T> take() const {
    return result(detail::wait_mode::watch, forever, detail::hand_out::move);
  }

  /// `co_await job` is `co_await job.wait()`; with another completion token, wait as an Asio
  /// operation: `job(asio::use_future)`, or a callback void(std::exception_ptr, T).
  /// The result is a std::optional<T> there if T is not default-constructible. Must not be called
  /// once the scheduler's loop has been destroyed.
  template <
      boost::asio::completion_token_for<typename detail::crossing_of<detail::crossed<T>>::signature>
          Token>
  auto operator()(Token&& token) const {
    return boost::asio::async_initiate<Token,
                                       typename detail::crossing_of<detail::crossed<T>>::signature>(
        [](auto handler, const basic_job& job) {
          detail::start_wait<T, Executor>(job.node(), std::move(handler));
        },
        token, *this);
  }

  /// Cancels the job and waits until it has ended. A job that has not started never runs. Closing a
  /// closed job does nothing; several callers may close one job at once, and each waits.
  /// \param timeout how long the job may take to end; the default is the scheduler's close_timeout.
  /// \throws the job's own exception if it failed and that has not been reported yet;
  /// scheduler_error: timed_out (the cancelled job keeps running, and its end is reported like any
  /// other), inside (a job closes itself); operation_aborted if the wait is cancelled.
  [[nodiscard]] awaitable<void> close() const {
    return close(node()->loop().options().close_timeout());
  }
  [[nodiscard]] awaitable<void> close(std::chrono::nanoseconds timeout) const {
    return detail::at_home<void>(home(), [job = node(), timeout](const void* caller) {
      return detail::close_job_here<T, Executor>(job, timeout, caller);
    });
  }

 private:
  using node_type = detail::typed_job<T, Executor>;
  using node_ptr = detail::counted_ptr<node_type>;

  friend struct detail::core_access;
  node_ptr node() const { return node_ptr(static_cast<node_type*>(&require())); }
  detail::counted_ptr<detail::loop_core<Executor>> home() const {
    return detail::counted_ptr<detail::loop_core<Executor>>(&node()->loop());
  }
  awaitable<T> result(detail::wait_mode how, std::chrono::nanoseconds timeout,
                      detail::hand_out as) const {
    return detail::at_home<T>(home(), [job = node(), how, timeout, as](const void* caller) {
      return detail::result_here<T, Executor>(job, how, timeout, as, caller);
    });
  }
};

/// A job of weir::scheduler.
template <typename T = void>
using job = basic_job<T, boost::asio::any_io_executor>;

/// A job of weir::loop_scheduler.
template <typename T = void>
using loop_job = basic_job<T, loop_executor>;

}  // namespace weir

#include <weir/detail/await_job.hpp>  // of jobs as they are now
