/// A scheduler for the length of a scope: what `async with` is in Python.
#pragma once

#include <exception>
#include <utility>

#include <weir/scheduler.hpp>

namespace weir {

/// Makes a scheduler on the caller's executor, awaits body(scheduler), then wait_and_close. If body
/// throws, or is cancelled, the scheduler is closed at once instead, and that is rethrown.
/// However it ends, the scheduler is closed by then.
/// \param options give them a name before co_await (see scheduler_options).
/// \param body called once, gives an awaitable<void, Executor>; kept alive until the end.
template <typename Executor = boost::asio::any_io_executor, typename Body>
[[nodiscard]] boost::asio::awaitable<close_report, Executor> with_scheduler(
    scheduler_options options, Body body) {
  const Executor executor = co_await boost::asio::this_coro::executor;
  basic_scheduler<Executor> scope(executor, std::move(options));
  std::exception_ptr error;
  close_report report;
  try {
    co_await body(scope);
    report = co_await scope.wait_and_close();
  } catch (...) {
    error = std::current_exception();
  }
  if (!error) co_return report;
  auto& core = *detail::core_access::of(scope);
  const bool throwing = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  co_await detail::close_even_if_cancelled(core);
  co_await boost::asio::this_coro::throw_if_cancelled(throwing);
  std::rethrow_exception(error);
}

}  // namespace weir
