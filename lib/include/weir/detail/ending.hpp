/// The coroutines behind close, wait_and_close, wait_idle and stopping. Each `..._here` is awaited
/// on the scheduler's executor.
#pragma once

#include <utility>

#include <weir/detail/waiting.hpp>

namespace weir::detail {

/// Closes the scheduler if the coroutine that was to do so goes away without having done it: a
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

 private:
  counted_ptr<loop_core<Executor>> core_;
};

inline close_report report_since(const close_report& before, const scheduler_core& core) {
  const close_report now = core.ended();
  return {now.finished - before.finished, now.failed - before.failed,
          now.cancelled - before.cancelled, now.never_started - before.never_started,
          core.count(phase::running) + core.count(phase::shield_running)};
}

template <typename Executor>
boost::asio::awaitable<close_report, Executor> close_here(close_ticket<Executor> ticket,
                                                          const void* caller) {
  const counted_ptr<loop_core<Executor>> core = ticket.redeem();
  const close_report before = core->ended();
  require_outside(*core, caller, "close");
  core->begin_close();
  if (core->alive() != scheduler_core::life::closed) co_await wait_in(*core, core->close_waiters);
  core->report_first_failure();
  co_return report_since(before, *core);
}

/// Waits until none of the scheduler's jobs is left, the time is over, or it is being closed.
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

/// Begins a close and waits for its end, in a coroutine that may already be cancelled: so it must
/// be awaited with throw_if_cancelled off. A later cancellation ends the wait.
/// \returns whether there was one.
template <typename Executor>
boost::asio::awaitable<bool, Executor> close_even_if_cancelled(loop_core<Executor>& core) {
  core.begin_close();
  if (core.alive() == scheduler_core::life::closed) co_return false;
  bool cancelled = false;
  try {
    co_await wait_in(core, core.close_waiters);
  } catch (const boost::system::system_error&) {
    cancelled = true;
  }
  co_return cancelled;
}

template <typename Executor>
boost::asio::awaitable<close_report, Executor> drain_here(close_ticket<Executor> ticket,
                                                          std::chrono::nanoseconds timeout,
                                                          const void* caller) {
  const counted_ptr<loop_core<Executor>> core = ticket.redeem();
  const close_report before = core->ended();
  require_outside(*core, caller, "wait_and_close");
  core->begin_drain();
  bool cancelled = false;
  try {
    co_await wait_drained(*core, timeout);
  } catch (const boost::system::system_error&) {
    cancelled = true;
  }
  const bool throwing = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  const bool in_closing = co_await close_even_if_cancelled(*core);
  co_await boost::asio::this_coro::throw_if_cancelled(throwing);
  if (cancelled || in_closing) throw_aborted("wait_and_close");
  if (std::exception_ptr first = core->take_first_failure()) std::rethrow_exception(first);
  co_return report_since(before, *core);
}

template <typename Executor>
boost::asio::awaitable<void, Executor> wait_idle_here(counted_ptr<loop_core<Executor>> core,
                                                      const void* caller) {
  require_outside(*core, caller, "wait_idle");
  while (!core->idle() && core->alive() != scheduler_core::life::closed)
    co_await wait_in(*core, core->idle_waiters);
  if (std::exception_ptr first = core->take_first_failure()) std::rethrow_exception(first);
}

template <typename Executor>
boost::asio::awaitable<void, Executor> stopping_here(counted_ptr<loop_core<Executor>> core) {
  if (!core->stopping()) co_await wait_in(*core, core->stop_waiters);
}

}  // namespace weir::detail
