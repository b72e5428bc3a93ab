/// A scheduler for the length of a scope: what `async with` is in Python.
#pragma once

#include <concepts>
#include <exception>
#include <functional>
#include <utility>

#include <weir/scheduler.hpp>

namespace weir {

namespace detail {

template <typename Executor, typename Body, typename... Args>
boost::asio::awaitable<close_report, Executor> run_scope(scheduler_options options, Body body,
                                                         Args... args) {
  const Executor executor = co_await boost::asio::this_coro::executor;
  basic_scheduler<Executor> scope(executor, std::move(options));
  std::exception_ptr error;
  close_report report;
  try {
    co_await std::invoke(body, scope, std::move(args)...);
    report = co_await scope.wait_and_close();
  } catch (...) {
    error = std::current_exception();
  }
  if (!error) co_return report;
  auto& core = *core_access::of(scope);
  const bool throwing = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  (void)co_await close_even_if_cancelled(core);
  co_await boost::asio::this_coro::throw_if_cancelled(throwing);
  std::rethrow_exception(error);
}

}  // namespace detail

/// Creates a scheduler on the caller's executor, awaits body(scheduler), then wait_and_close. If
/// body throws or is cancelled, the scheduler is closed at once instead, and the exception is
/// rethrown. Either way, the scheduler is closed in the end.
/// \param body called once, returns an awaitable<void, Executor>; kept, with its arguments, until
/// the end.
/// \param args moved into body, after the scheduler. See scheduler::spawn for what must not be a
/// temporary with GCC 12.
template <typename Executor = boost::asio::any_io_executor, typename Body, typename... Args>
[[nodiscard]] boost::asio::awaitable<close_report, Executor> with_scheduler(
    scheduler_options options, Body&& body, Args&&... args) {
  detail::require_safe_temporaries<Body, Args...>();
  return detail::run_scope<Executor, detail::kept_t<Body>, detail::kept_t<Args>...>(
      std::move(options), std::forward<Body>(body), std::forward<Args>(args)...);
}
/// The same, with the default options.
template <typename Executor = boost::asio::any_io_executor, typename Body>
requires(!std::convertible_to<Body, scheduler_options>)
    [[nodiscard]] boost::asio::awaitable<close_report, Executor> with_scheduler(Body&& body) {
  return with_scheduler<Executor>(scheduler_options(), std::forward<Body>(body));
}

}  // namespace weir
