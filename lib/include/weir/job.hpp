/// A job with a result: what spawn returns.
#pragma once

#include <chrono>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include <weir/awaitable.hpp>
#include <weir/detail/typed_job.hpp>
#include <weir/detail/waiting.hpp>
#include <weir/job_view.hpp>

namespace weir {

/// A counted reference to a job that results in a T. Copies refer to the same job; letting go of
/// all of them leaves the job running.
///
/// The awaitable members may be awaited from any executor (on another than the scheduler's they go
/// over to it and come back); the others follow job_view. Whoever waits is the one who is told of
/// the job's failure; the exception handler is called only when nobody waits. \tparam T void or a
/// type that can be moved.
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

  /// Waits until the job has ended, whether it has started or not, and gives its result: a copy, or
  /// for a T that cannot be copied the result itself, to the first who asks.
  ///
  /// Cancelling the wait leaves the job running.
  /// \throws the job's own exception, the same object for every waiter; scheduler_error: cancelled,
  /// the job was cancelled or dropped; inside, a job waits for itself; result_taken.
  /// operation_aborted when the wait is cancelled.
  [[nodiscard]] awaitable<T> wait() const {
    return wait_until_end(node(), detail::wait_mode::watch, forever);
  }

  /// As wait, for so long, counted from the call. When the time is over the job is cancelled, and
  /// given the scheduler's close_timeout to end.
  /// \throws as wait; scheduler_error: timed_out.
  [[nodiscard]] awaitable<T> wait_or_cancel(std::chrono::nanoseconds timeout) const {
    return wait_until_end(node(), detail::wait_mode::cancel_when_late, timeout);
  }

  /// As wait, for so long. When the time is over the job goes on.
  /// \throws as wait; scheduler_error: timed_out.
  [[nodiscard]] awaitable<T> wait_or_leave(std::chrono::nanoseconds timeout) const {
    return wait_until_end(node(), detail::wait_mode::watch, timeout);
  }

  /// Cancels the job and waits until it has ended. A job that has not started never runs. Closing a
  /// closed job does nothing; several may close one job at once, and each waits.
  /// \param timeout how long the job may take to end; the default is the scheduler's close_timeout.
  /// \throws the job's own exception if it failed and nobody was told of that yet;
  /// scheduler_error: timed_out, the job goes on, cancelled, and its end is reported as that of any
  /// other; inside, a job closes itself. operation_aborted when the wait is cancelled.
  [[nodiscard]] awaitable<void> close() const {
    return close_and_wait(node(), node()->loop().options().close_timeout());
  }
  [[nodiscard]] awaitable<void> close(std::chrono::nanoseconds timeout) const {
    return close_and_wait(node(), timeout);
  }

 private:
  using node_type = detail::typed_job<T, Executor>;
  using node_ptr = detail::counted_ptr<node_type>;

  node_ptr node() const { return node_ptr(static_cast<node_type*>(node_.get())); }

  static awaitable<T> wait_until_end(node_ptr job, detail::wait_mode how,
                                     std::chrono::nanoseconds timeout);
  static awaitable<void> close_and_wait(node_ptr job, std::chrono::nanoseconds timeout);
};

template <typename T, typename Executor>
auto basic_job<T, Executor>::wait_until_end(node_ptr job, detail::wait_mode how,
                                            std::chrono::nanoseconds timeout) -> awaitable<T> {
  const detail::counted_ptr<detail::loop_job_node<Executor>> base(job.get());
  const detail::waited answer = co_await detail::wait_for_end<Executor>(base, how, timeout);
  if (answer == detail::waited::timed_out)
    throw scheduler_error(scheduler_errc::timed_out,
                          "wait for job \"" + job_view(*job).name() + '"');
  co_return job->result();
}

template <typename T, typename Executor>
auto basic_job<T, Executor>::close_and_wait(node_ptr job, std::chrono::nanoseconds timeout)
    -> awaitable<void> {
  const detail::counted_ptr<detail::loop_job_node<Executor>> base(job.get());
  const detail::waited answer =
      co_await detail::wait_for_end<Executor>(base, detail::wait_mode::cancel_now, timeout);
  if (answer == detail::waited::timed_out)
    throw scheduler_error(scheduler_errc::timed_out, "close job \"" + job_view(*job).name() + '"');
  if (answer == detail::waited::ended_untold) std::rethrow_exception(job->error);
}

/// A job of weir::scheduler.
template <typename T = void>
using job = basic_job<T, boost::asio::any_io_executor>;

/// A job of weir::loop_scheduler.
template <typename T = void>
using loop_job = basic_job<T, loop_executor>;

}  // namespace weir
