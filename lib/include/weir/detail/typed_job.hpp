/// A job with its coroutine and its result.
#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

#include <weir/detail/loop_core.hpp>
#include <weir/scheduler_error.hpp>

namespace weir::detail {

struct no_result {};
template <typename T>
using stored = std::conditional_t<std::is_void_v<T>, no_result, std::optional<T>>;

/// co_await next_job(r): suspends the runner until it has a job in hand, or is to go.
template <typename Executor>
auto next_job(runner<Executor>& r) {
  return boost::asio::async_initiate<const boost::asio::deferred_t, void()>(
      [](auto handler, runner<Executor>* idle) {
        idle->idle.parked = resumption(std::move(handler));
        idle->core->park_idle(*idle);
      },
      boost::asio::deferred, &r);
}

template <typename T, typename Executor>
struct typed_job final : loop_job_node<Executor> {
  using body_type = boost::asio::awaitable<T, Executor>;

  typed_job(loop_core<Executor>& in, body_type work, std::source_location spawned_at)
      : loop_job_node<Executor>(in, spawned_at, &typed_job::serve), body(std::move(work)) {}

  void drop_body() noexcept override { const body_type dropped = std::move(*body); }

  static boost::asio::awaitable<void, Executor> serve(runner<Executor>& r);

  /// The result, or what stands in for it; the job is closed.
  T result();

  std::optional<body_type> body;
  [[no_unique_address]] stored<T> value;
};

/// Runs the job in hand and those of the same type after it, each in a clean cancellation state.
template <typename T, typename Executor>
boost::asio::awaitable<void, Executor> typed_job<T, Executor>::serve(runner<Executor>& r) {
  while (r.job != nullptr && r.job->serve == &serve) {
    typed_job& job = static_cast<typed_job&>(*r.job);
    std::exception_ptr error;
    try {
      body_type body = std::move(*job.body);
      if constexpr (std::is_void_v<T>) {
        co_await std::move(body);
      } else {
        T value = co_await std::move(body);
        job.value.emplace(std::move(value));
      }
    } catch (...) {
      error = std::current_exception();
    }
    co_await boost::asio::this_coro::reset_cancellation_state();
    co_await boost::asio::this_coro::throw_if_cancelled(true);
    r.core->done(r, std::move(error));
    co_await next_job(r);
  }
}

template <typename T, typename Executor>
T typed_job<T, Executor>::result() {
  if (this->ended_as == fate::failed) std::rethrow_exception(this->error);
  if (this->ended_as != fate::succeeded)
    throw scheduler_error(scheduler_errc::cancelled, "job \"" + job_view(*this).name() + '"');
  if constexpr (std::is_copy_constructible_v<T>) {
    return *value;
  } else if constexpr (!std::is_void_v<T>) {
    if (!value)
      throw scheduler_error(scheduler_errc::result_taken, "job \"" + job_view(*this).name() + '"');
    T taken = std::move(*value);
    value.reset();
    return taken;
  }
}

}  // namespace weir::detail
