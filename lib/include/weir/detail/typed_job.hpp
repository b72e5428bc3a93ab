/// A job with its coroutine and its result.
#pragma once

#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

#include <weir/copied_result.hpp>
#include <weir/detail/loop_core.hpp>
#include <weir/job_view.hpp>
#include <weir/scheduler_error.hpp>

namespace weir::detail {

/// The way from the public types to their implementation, for the rest of this library.
struct core_access {
  template <typename Scheduler>
  static auto& of(Scheduler& scheduler) {
    return scheduler.core_;
  }
  static job_node& node_of(const job_view& job) { return *job.node_; }
  template <typename Job>
  static auto typed(const Job& job) {
    return job.node();
  }
};

struct no_result {};
template <typename T>
using stored = std::conditional_t<std::is_void_v<T>, no_result, std::optional<T>>;

/// co_await next_job(r): suspends the runner until it has a job, or has to go.
template <typename Executor>
auto next_job(runner<Executor>& r) {
  return boost::asio::async_initiate<const boost::asio::deferred_t, void()>(
      [](auto handler, runner<Executor>* idle) {
        idle->idle.parked = resumption(std::move(handler));
        idle->core->park_idle(*idle);
      },
      boost::asio::deferred, &r);
}

/// How wait returns the result.
enum class hand_out {
  copy,  ///< a copy, if T is copied (copied_result)
  move,  ///< the result itself
};

template <typename T, typename Executor>
struct typed_job final : loop_job_node<Executor> {
  static_assert(std::is_void_v<T> || (std::is_object_v<T> && !std::is_const_v<T>),
                "a job gives void or an object, not a reference: return a pointer instead");
  using body_type = boost::asio::awaitable<T, Executor>;
  using base = loop_job_node<Executor>;

  static counted_ptr<typed_job> make(loop_core<Executor>& in, body_type work,
                                     std::source_location spawned_at) {
    void* const at = in.records.take(sizeof(typed_job));
    return counted_ptr<typed_job>(::new (at) typed_job(in, std::move(work), spawned_at));
  }

  void drop_body() noexcept override { const body_type dropped = std::move(body); }
  void dispose() noexcept override {
    const counted_ptr<scheduler_core> in = std::move(this->core);
    this->~typed_job();
    in->records.give(this, sizeof(typed_job));
  }

  static boost::asio::awaitable<void, Executor> serve(runner<Executor>& r);
  static boost::asio::awaitable<void, Executor> run_abroad(base& self);
  static constexpr typename base::ways_to_run ways{&serve, &run_abroad};

  /// The result itself, or what stands in for it; the job is closed.
  T take();
  T result(hand_out as);

  body_type body;  ///< empty once it has been started or dropped
  [[no_unique_address]] stored<T> value;

 private:
  typed_job(loop_core<Executor>& in, body_type work, std::source_location spawned_at) noexcept
      : base(in, spawned_at, &ways), body(std::move(work)) {}
  ~typed_job() override = default;
};

/// Runs the current job and those of the same type after it, each in a clean cancellation state.
template <typename T, typename Executor>
boost::asio::awaitable<void, Executor> typed_job<T, Executor>::serve(runner<Executor>& r) {
  while (r.job != nullptr && r.job->how == &ways) {
    typed_job& job = static_cast<typed_job&>(*r.job);
    std::exception_ptr error;
    try {
      body_type body = std::move(job.body);
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

/// The same for a job with its own executor. Its errors go to its completion handler.
template <typename T, typename Executor>
boost::asio::awaitable<void, Executor> typed_job<T, Executor>::run_abroad(base& self) {
  typed_job& job = static_cast<typed_job&>(self);
  const void* id = nullptr;
  co_await identify(id);
  job.abroad->id = id;
  body_type body = std::move(job.body);
  if constexpr (std::is_void_v<T>) {
    co_await std::move(body);
  } else {
    T value = co_await std::move(body);
    job.value.emplace(std::move(value));
  }
}

template <typename T, typename Executor>
T typed_job<T, Executor>::take() {
  if (this->ended_as == fate::failed) std::rethrow_exception(this->error);
  if (this->ended_as != fate::succeeded)
    throw scheduler_error(scheduler_errc::cancelled, "job \"" + job_view(*this).name() + '"');
  if constexpr (!std::is_void_v<T>) {
    if (!value)
      throw scheduler_error(scheduler_errc::result_taken, "job \"" + job_view(*this).name() + '"');
    T taken = std::move(*value);
    value.reset();
    return taken;
  }
}

template <typename T, typename Executor>
T typed_job<T, Executor>::result(hand_out as) {
  if constexpr (!std::is_void_v<T> && copied_result<T>) {
    if (as == hand_out::copy && value) return *value;
  }
  return take();
}

}  // namespace weir::detail
