/// Coroutines that wait for a job's or a scheduler's end, and the way to the scheduler's executor.
///
/// A cancellation of the wait always wins, even over an end in the same turn of the loop: the wait
/// then throws operation_aborted, and a failure that it would have reported goes to the handler.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <weir/detail/crossing.hpp>
#include <weir/detail/loop_core.hpp>
#include <weir/scheduler_error.hpp>

namespace weir::detail {

[[noreturn]] inline void throw_aborted(const char* operation) {
  throw boost::system::system_error(boost::asio::error::operation_aborted, operation);
}

/// Whether the scheduler's work may be done here: on its executor, or anywhere if that is gone with
/// its loop, and everything has ended.
template <typename Executor>
bool is_home(const loop_core<Executor>& core, const Executor& here) {
  return core.gone() || here == core.executor();
}

/// Values that are not default-constructible cross in a box.
template <typename T>
using crossed = std::conditional_t<std::is_void_v<T> || std::is_default_constructible_v<T>, T,
                                   std::optional<T>>;

template <typename T, typename Executor>
boost::asio::awaitable<std::optional<T>, Executor> in_box(
    boost::asio::awaitable<T, Executor> body) {
  co_return std::optional<T>(co_await std::move(body));
}
template <typename T, typename Executor>
boost::asio::awaitable<crossed<T>, Executor> boxed(boost::asio::awaitable<T, Executor> body) {
  if constexpr (std::is_same_v<crossed<T>, T>)
    return body;
  else
    return in_box<T, Executor>(std::move(body));
}

/// Awaits make(caller) on the scheduler's executor; `caller` identifies the awaiting coroutine
/// (identify).
/// To be called outside coroutines: make has captures.
template <typename T, typename Executor, typename Make>
boost::asio::awaitable<T, Executor> at_home(counted_ptr<loop_core<Executor>> core, Make make) {
  const void* caller = nullptr;
  co_await identify(caller);
  const Executor here = co_await boost::asio::this_coro::executor;
  if (is_home(*core, here)) co_return co_await make(caller);
  if constexpr (std::is_void_v<T>) {
    co_await cross<T>(core->executor(), make(caller));
  } else {
    crossed<T> result =
        co_await cross<crossed<T>>(core->executor(), boxed<T, Executor>(make(caller)));
    if constexpr (std::is_same_v<crossed<T>, T>)
      co_return result;
    else
      co_return std::move(*result);
  }
}

/// Throws if the caller is a job or shield of this scheduler, which would wait for itself.
template <typename Executor>
void require_outside(const loop_core<Executor>& core, const void* caller, const char* operation) {
  if (core.is_any_body(caller)) throw scheduler_error(scheduler_errc::inside, operation);
}

/// Waits in a list until woken.
/// \returns true; throws operation_aborted if cancelled, even after it was woken. The caller keeps
/// the core and the list alive.
template <typename Executor>
boost::asio::awaitable<bool, Executor> wait_in(loop_core<Executor>& core,
                                               intrusive_list<waiter>& list) {
  waiter w;
  list.push_back(w);
  co_await park(w, [&core, &w] {
    w.cancelled = true;
    w.unlink();
    core.resume_later(std::move(w.parked));
  });
  if (w.cancelled) throw_aborted("wait");
  co_return true;
}

template <typename Executor>
struct timed_waiter : waiter {
  explicit timed_waiter(const Executor& executor, std::chrono::nanoseconds timeout)
      : timer(executor, deadline_in(timeout)) {
    on_wake = [](waiter& self) { static_cast<timed_waiter&>(self).timer.cancel(); };
  }
  loop_timer<Executor> timer;
};

/// co_await park_until_late(w): suspends until w is woken, its time is over, or it is cancelled.
template <typename Executor>
auto park_until_late(timed_waiter<Executor>& w) {
  return boost::asio::async_initiate<const boost::asio::deferred_t, void()>(
      [](auto handler, timed_waiter<Executor>* parked) {
        auto slot = boost::asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected())
          slot.assign([parked](boost::asio::cancellation_type type) {
            if (type == boost::asio::cancellation_type::none) return;
            parked->cancelled = true;
            parked->timer.cancel();
          });
        parked->timer.async_wait([resume = resumption(std::move(handler))](
                                     boost::system::error_code) mutable { resume(); });
      },
      boost::asio::deferred, &w);
}

/// The same;
/// \returns false if `timeout` was over first.
template <typename Executor>
boost::asio::awaitable<bool, Executor> wait_in(loop_core<Executor>& core,
                                               intrusive_list<waiter>& list,
                                               std::chrono::nanoseconds timeout) {
  if (timeout == forever) co_return co_await wait_in(core, list);
  timed_waiter<Executor> w(core.executor(), timeout);
  list.push_back(w);
  co_await park_until_late(w);
  w.unlink();
  if (w.cancelled) throw_aborted("wait");
  co_return w.woken;
}

/// What to do to the job being waited for.
enum class wait_mode {
  watch,             ///< nothing
  cancel_when_late,  ///< cancel it when the time is over, and give it close_timeout to end
  cancel_now,        ///< cancel it
};

/// How the wait went.
enum class waited {
  ended,         ///< the job is closed
  ended_untold,  ///< the same, and it failed, and that had not been reported
  timed_out,     ///< it is not closed, or was cancelled for being late
};

/// A waiter for a job, which learns of its failure; if the last one goes away without that, the
/// handler is called.
template <typename Executor>
class listener {
 public:
  explicit listener(loop_job_node<Executor>& job) noexcept : job_(job) { ++job.listeners; }
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;
  ~listener() { job_.loop().let_go(job_); }

  waited told() noexcept {
    const bool untold = job_.ended_as == fate::failed && !job_.reported;
    if (untold) job_.reported = true;
    return untold ? waited::ended_untold : waited::ended;
  }

 private:
  loop_job_node<Executor>& job_;
};

/// A listener that moves into the coroutine that will wait, so that a failure before its first step
/// does not count as one that nobody waits for. If empty, it does nothing.
template <typename Executor>
class early_listener {
 public:
  early_listener() = default;
  explicit early_listener(counted_ptr<loop_job_node<Executor>> job) noexcept
      : job_(std::move(job)) {
    ++job_->listeners;
  }
  early_listener(early_listener&& other) noexcept : job_(std::move(other.job_)) {}
  ~early_listener() {
    if (job_) job_->loop().let_go(*job_);
  }

 private:
  counted_ptr<loop_job_node<Executor>> job_;
};

/// Waits until the job is closed. Callers must pass on a failure of the job.
template <typename Executor>
boost::asio::awaitable<waited, Executor> wait_for_end(counted_ptr<loop_job_node<Executor>> job,
                                                      wait_mode how,
                                                      std::chrono::nanoseconds timeout,
                                                      const void* caller) {
  loop_core<Executor>& core = job->loop();
  listener<Executor> here(*job);
  if (job->at == phase::closed) co_return here.told();
  if (core.is_body_of(*job, caller))
    throw scheduler_error(scheduler_errc::inside, "job \"" + job_view(*job).name() + '"');
  if (how == wait_mode::cancel_now) core.cancel(*job);
  if (job->at == phase::closed) co_return here.told();
  const bool in_time = co_await wait_in(core, job->waiters, timeout);
  if (in_time) co_return here.told();
  if (how != wait_mode::cancel_when_late) co_return waited::timed_out;
  core.cancel(*job);
  bool over = job->at == phase::closed;
  if (!over) over = co_await wait_in(core, job->waiters, core.options().close_timeout());
  const bool failed = over && job->ended_as == fate::failed;
  co_return failed ? here.told() : waited::timed_out;
}

}  // namespace weir::detail
