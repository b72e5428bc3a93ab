/// The coroutines behind close, wait_and_close and wait_idle.
#pragma once

#include <utility>

#include <weir/detail/waiting.hpp>

namespace weir::detail {

/// Closes the scheduler when the coroutine that was to do so goes away without having done it: a
/// cancelled caller still closes.
template <typename Executor>
class close_ticket {
 public:
  explicit close_ticket(counted_ptr<loop_core<Executor>> core) : core_(std::move(core)) {}
  close_ticket(close_ticket&&) noexcept = default;
  ~close_ticket() {
    if (!core_ || core_->gone() || core_->alive() >= scheduler_core::life::closing) return;
    core_->defer([core = core_] { core->begin_close(); });
  }
  counted_ptr<loop_core<Executor>> redeem() {
    return std::exchange(core_, counted_ptr<loop_core<Executor>>());
  }
  loop_core<Executor>& core() const { return *core_; }

 private:
  counted_ptr<loop_core<Executor>> core_;
};

inline close_report report_since(const close_report& before, const scheduler_core& core) {
  const close_report now = core.ended();
  return {now.finished - before.finished, now.failed - before.failed,
          now.cancelled - before.cancelled, now.never_started - before.never_started,
          core.count(phase::running) + core.count(phase::shield_running)};
}

/// Throws when the calling coroutine is a job of this scheduler, which would wait for itself.
template <typename Executor>
boost::asio::awaitable<void, Executor> require_outside(loop_core<Executor>& core,
                                                       const char* operation) {
  const void* id = nullptr;
  co_await identify(id);
  if (core.is_any_body(id)) throw scheduler_error(scheduler_errc::inside, operation);
}

template <typename Executor>
boost::asio::awaitable<close_report, Executor> close_and_report(close_ticket<Executor> ticket) {
  loop_core<Executor>& core = ticket.core();
  const Executor here = co_await boost::asio::this_coro::executor;
  if (!is_home(core, here)) {
    const Executor home = core.executor();
    const close_report there = co_await boost::asio::co_spawn(
        home, close_and_report(std::move(ticket)), boost::asio::use_awaitable_t<Executor>{});
    co_return there;
  }
  const counted_ptr<loop_core<Executor>> keep(&core);
  const close_report before = core.ended();
  const void* id = nullptr;
  co_await identify(id);
  ticket.redeem();
  if (core.is_any_body(id)) throw scheduler_error(scheduler_errc::inside, "close");
  core.begin_close();
  if (core.alive() != scheduler_core::life::closed) co_await wait_in(core, core.close_waiters);
  core.report_first_failure();
  co_return report_since(before, core);
}

/// Waits until nothing is left of the scheduler's jobs, or the time is over, or it is being closed.
template <typename Executor>
boost::asio::awaitable<void, Executor> wait_drained(loop_core<Executor>& core,
                                                    std::chrono::nanoseconds timeout) {
  const auto deadline = deadline_in(timeout);
  while (!core.idle() && core.alive() < scheduler_core::life::closing) {
    const std::chrono::nanoseconds left =
        timeout == forever ? forever : deadline - std::chrono::steady_clock::now();
    if (left.count() <= 0) co_return;
    co_await wait_in(core, core.idle_waiters, left);
  }
}

/// Begins a close and waits for its end, in a coroutine that may be cancelled already: so it must
/// be awaited with throw_if_cancelled off. A cancellation that comes later ends the waiting.
template <typename Executor>
boost::asio::awaitable<void, Executor> close_even_if_cancelled(loop_core<Executor>& core) {
  core.begin_close();
  if (core.alive() == scheduler_core::life::closed) co_return;
  try {
    co_await wait_in(core, core.close_waiters);
  } catch (const boost::system::system_error&) {  // the caller throws its own cancellation
  }
}

template <typename Executor>
boost::asio::awaitable<close_report, Executor> drain_and_close(close_ticket<Executor> ticket,
                                                               std::chrono::nanoseconds timeout) {
  loop_core<Executor>& core = ticket.core();
  const Executor here = co_await boost::asio::this_coro::executor;
  if (!is_home(core, here)) {
    const Executor home = core.executor();
    const close_report there =
        co_await boost::asio::co_spawn(home, drain_and_close(std::move(ticket), timeout),
                                       boost::asio::use_awaitable_t<Executor>{});
    co_return there;
  }
  const counted_ptr<loop_core<Executor>> keep(&core);
  const close_report before = core.ended();
  const void* id = nullptr;
  co_await identify(id);
  ticket.redeem();
  if (core.is_any_body(id)) throw scheduler_error(scheduler_errc::inside, "wait_and_close");
  std::exception_ptr cancelled;
  try {
    co_await wait_drained(core, timeout);
  } catch (...) {
    cancelled = std::current_exception();
  }
  const bool throwing = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  co_await close_even_if_cancelled(core);
  co_await boost::asio::this_coro::throw_if_cancelled(throwing);
  if (cancelled) std::rethrow_exception(cancelled);
  if (std::exception_ptr first = core.take_first_failure()) std::rethrow_exception(first);
  co_return report_since(before, core);
}

template <typename Executor>
boost::asio::awaitable<void, Executor> wait_until_idle(counted_ptr<loop_core<Executor>> core) {
  const Executor here = co_await boost::asio::this_coro::executor;
  if (!is_home(*core, here)) {
    co_await boost::asio::co_spawn(core->executor(), wait_until_idle(core),
                                   boost::asio::use_awaitable_t<Executor>{});
    co_return;
  }
  const void* id = nullptr;
  co_await identify(id);
  if (core->is_any_body(id)) throw scheduler_error(scheduler_errc::inside, "wait_idle");
  while (!core->idle() && core->alive() != scheduler_core::life::closed)
    co_await wait_in(*core, core->idle_waiters);
  if (std::exception_ptr first = core->take_first_failure()) std::rethrow_exception(first);
}

}  // namespace weir::detail
