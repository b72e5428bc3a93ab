/// The coroutines behind a job's wait, take and close. Each `..._here` is awaited on the
/// scheduler's executor: results are handed out only there.
#pragma once

#include <concepts>
#include <exception>
#include <type_traits>
#include <utility>

#include <weir/detail/typed_job.hpp>
#include <weir/detail/waiting.hpp>

namespace weir::detail {

template <typename T, typename Executor>
boost::asio::awaitable<T, Executor> result_here(counted_ptr<typed_job<T, Executor>> job,
                                                wait_mode how, std::chrono::nanoseconds timeout,
                                                hand_out as, const void* caller) {
  const counted_ptr<loop_job_node<Executor>> base(job.get());
  const waited answer = co_await wait_for_end<Executor>(base, how, timeout, caller);
  if (answer == waited::timed_out)
    throw scheduler_error(scheduler_errc::timed_out,
                          "wait for job \"" + job_view(*job).name() + '"');
  co_return job->result(as);
}

template <typename T, typename Executor>
boost::asio::awaitable<void, Executor> close_job_here(counted_ptr<typed_job<T, Executor>> job,
                                                      std::chrono::nanoseconds timeout,
                                                      const void* caller) {
  const counted_ptr<loop_job_node<Executor>> base(job.get());
  const waited answer =
      co_await wait_for_end<Executor>(base, wait_mode::cancel_now, timeout, caller);
  if (answer == waited::timed_out)
    throw scheduler_error(scheduler_errc::timed_out, "close job \"" + job_view(*job).name() + '"');
  if (answer == waited::ended_untold) std::rethrow_exception(job->error);
}

/// Listens from now on if that is possible here: for a coroutine on the scheduler's executor.
template <typename T, typename Executor, typename Handler>
early_listener<Executor> listen_from_now(const counted_ptr<typed_job<T, Executor>>& job,
                                         Handler& handler) {
  if constexpr (requires {
                  handler.entry_point();
                  { handler.get_executor() } -> std::convertible_to<Executor>;
                })
    if (handler.get_executor() == job->loop().executor())
      return early_listener<Executor>(counted_ptr<loop_job_node<Executor>>(job.get()));
  return {};
}

template <typename T, typename Executor>
boost::asio::awaitable<T, Executor> heard_result_here(counted_ptr<typed_job<T, Executor>> job,
                                                      const void* caller,
                                                      early_listener<Executor>) {
  co_return co_await result_here<T, Executor>(std::move(job), wait_mode::watch, forever,
                                              hand_out::copy, caller);
}

/// Passes the job's result to the handler; recognises a handler that is a coroutine. The
/// scheduler's loop must still exist.
template <typename T, typename Executor, typename Handler>
void start_wait(counted_ptr<typed_job<T, Executor>> job, Handler handler) {
  const void* caller = nullptr;
  if constexpr (requires { handler.entry_point(); }) caller = handler.entry_point();
  const loop_core<Executor>& core = job->loop();
  auto heard = listen_from_now<T, Executor>(job, handler);
  auto result = heard_result_here<T, Executor>(std::move(job), caller, std::move(heard));
  start_crossing<crossed<T>>(core.executor(), boxed<T, Executor>(std::move(result)),
                             std::move(handler));
}

template <typename T, typename Executor>
boost::asio::awaitable<void, Executor> store_result_here(counted_ptr<typed_job<T, Executor>> job,
                                                         stored<T>* value, const void* caller,
                                                         early_listener<Executor>) {
  auto result =
      result_here<T, Executor>(std::move(job), wait_mode::watch, forever, hand_out::copy, caller);
  if constexpr (std::is_void_v<T>)
    co_await std::move(result);
  else
    value->emplace(co_await std::move(result));
}

/// The same, into `value`, which the handler keeps alive.
template <typename T, typename Executor, typename Handler>
void start_wait_into(counted_ptr<typed_job<T, Executor>> job, stored<T>& value, Handler handler) {
  const void* caller = nullptr;
  if constexpr (requires { handler.entry_point(); }) caller = handler.entry_point();
  const loop_core<Executor>& core = job->loop();
  auto heard = listen_from_now<T, Executor>(job, handler);
  auto stored_there =
      store_result_here<T, Executor>(std::move(job), &value, caller, std::move(heard));
  start_crossing<void>(core.executor(), std::move(stored_there), std::move(handler));
}

}  // namespace weir::detail
