/// Coroutines that wait for a job's or a scheduler's end, on the scheduler's own executor.
#pragma once

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <weir/detail/loop_core.hpp>
#include <weir/scheduler_error.hpp>

namespace weir::detail {

[[noreturn]] inline void throw_aborted(const char* operation) {
  throw boost::system::system_error(boost::asio::error::operation_aborted, operation);
}

/// Whether what the scheduler does may be done here: on its executor, or when that is gone with its
/// loop, and everything has ended.
template <typename Executor>
bool is_home(const loop_core<Executor>& core, const Executor& here) {
  return core.gone() || here == core.executor();
}

/// Waits in a list until woken. \returns false when `timeout` was over first; throws
/// operation_aborted when cancelled first. The caller keeps the core and the list alive.
template <typename Executor>
boost::asio::awaitable<bool, Executor> wait_in(loop_core<Executor>& core,
                                               intrusive_list<waiter>& list) {
  waiter w;
  list.push_back(w);
  co_await park(w, [&core, &w] {
    w.unlink();
    core.resume_later(std::move(w.parked));
  });
  if (!w.woken) throw_aborted("wait");
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

template <typename Executor>
boost::asio::awaitable<bool, Executor> wait_in(loop_core<Executor>& core,
                                               intrusive_list<waiter>& list,
                                               std::chrono::nanoseconds timeout) {
  if (timeout == forever) co_return co_await wait_in(core, list);
  timed_waiter<Executor> w(core.executor(), timeout);
  list.push_back(w);
  boost::system::error_code error;
  co_await w.timer.async_wait(
      boost::asio::redirect_error(boost::asio::use_awaitable_t<Executor>{}, error));
  w.unlink();
  if (!w.woken && error) throw_aborted("wait");
  co_return w.woken;
}

/// What to do to the job that is waited for.
enum class wait_mode {
  watch,             ///< nothing
  cancel_when_late,  ///< cancel it when the time is over, and give it close_timeout to end
  cancel_now,        ///< cancel it
};

/// How the wait went.
enum class waited {
  ended,         ///< the job is closed
  ended_untold,  ///< so it is, and it failed, and nobody had been told before
  timed_out,     ///< it is not closed, or was cancelled for being late
};

inline waited look_at(job_node& job) {
  const bool untold = job.ended_as == fate::failed && !job.reported;
  if (untold) job.reported = true;
  return untold ? waited::ended_untold : waited::ended;
}

/// Waits until the job is closed. Whoever calls this must pass on a failure of the job.
template <typename Executor>
boost::asio::awaitable<waited, Executor> wait_for_end(counted_ptr<loop_job_node<Executor>> job,
                                                      wait_mode how,
                                                      std::chrono::nanoseconds timeout) {
  loop_core<Executor>& core = job->loop();
  const Executor here = co_await boost::asio::this_coro::executor;
  if (!is_home(core, here)) {
    const waited answer = co_await boost::asio::co_spawn(
        core.executor(), wait_for_end(job, how, timeout), boost::asio::use_awaitable_t<Executor>{});
    co_return answer;
  }
  if (job->at == phase::closed) co_return look_at(*job);
  const void* id = nullptr;
  co_await identify(id);
  if (core.is_body_of(*job, id))
    throw scheduler_error(scheduler_errc::inside, "job \"" + job_view(*job).name() + '"');
  if (how == wait_mode::cancel_now) core.cancel(*job);
  if (job->at == phase::closed) co_return look_at(*job);
  const bool in_time = co_await wait_in(core, job->waiters, timeout);
  if (in_time) co_return look_at(*job);
  if (how != wait_mode::cancel_when_late) co_return waited::timed_out;
  core.cancel(*job);
  bool over = job->at == phase::closed;
  if (!over) over = co_await wait_in(core, job->waiters, core.options().close_timeout());
  const bool failed = over && job->ended_as == fate::failed;
  co_return failed ? look_at(*job) : waited::timed_out;
}

}  // namespace weir::detail
