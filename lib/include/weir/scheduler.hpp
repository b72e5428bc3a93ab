/// A bounded, drained scheduler of coroutine jobs on one Asio executor.
///
/// At most `limit` jobs run at once and at most `pending_limit` wait; beyond that, spawn itself
/// waits. Nothing is left behind: close ends every job by a deadline, wait_and_close lets them
/// finish first, and the failure of a job that nobody waits for reaches the exception handler. It
/// knows nothing of processes, files or terminals. The guide is docs/scheduler.md.
#pragma once

#include <cassert>
#include <chrono>
#include <cstdint>
#include <ostream>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include <weir/detail/ending.hpp>
#include <weir/detail/one_at_a_time.hpp>
#include <weir/detail/spawning.hpp>
#include <weir/detail/work.hpp>
#include <weir/job.hpp>
#include <weir/job_options.hpp>
#include <weir/moved.hpp>
#include <weir/scheduler_error.hpp>
#include <weir/scheduler_options.hpp>

namespace weir {

/// \tparam Executor an Asio executor. weir::core is compiled for boost::asio::any_io_executor and
/// io_context::executor_type; for another include <weir/detail/loop_core.ipp> in one source file.
///
/// May be created on any thread, before the loop runs or while it does; its executor must run one
/// handler at a time (one thread, or a strand; debug builds refuse a thread_pool). spawn, shield,
/// close, wait_and_close and wait_idle may be awaited on any executor of the same type, and
/// async_spawn called from any thread; everything else must be used on the scheduler's executor, or
/// anywhere while the loop is not running.
template <typename Executor>
class basic_scheduler {
 public:
  /// Where jobs run.
  using executor_type = Executor;
  /// The type of coroutine it runs.
  template <typename T = void>
  using awaitable = boost::asio::awaitable<T, Executor>;
  /// What spawn returns.
  template <typename T = void>
  using job_of = basic_job<T, Executor>;

  /// \throws std::invalid_argument if the limit is below 1 or another setting is negative.
  explicit basic_scheduler(const Executor& executor, scheduler_options options = {})
      : core_(new core_type(executor, std::move(options))) {
    assert(detail::runs_one_at_a_time(executor) &&
           "weir: this executor runs several handlers at a time: give the scheduler a strand, "
           "asio::make_strand(pool)");
  }
  /// As above, on the executor of an execution context.
  template <typename Context>
  requires std::is_convertible_v<Context&, boost::asio::execution_context&>
  explicit basic_scheduler(Context& context, scheduler_options options = {})
      : basic_scheduler(Executor(context.get_executor()), std::move(options)) {}
  basic_scheduler(const basic_scheduler&) = delete;
  basic_scheduler& operator=(const basic_scheduler&) = delete;

  /// Close the scheduler first. If there still are jobs or shields, that is reported to the
  /// exception handler, once: "Scheduler destroyed with live jobs", with their number and where
  /// they were spawned. Pending jobs are dropped, blocked spawns fail with `closed`, and running
  /// jobs and shields are cancelled and left to end on their own; if they then fail, that is
  /// written to standard error. The destructor never waits.
  ~basic_scheduler() { core_->abandon(); }

  /// Runs `body` as a job, as soon as the limit allows; it begins at a later turn of the loop,
  /// never within spawn. Returns once the job has a place: as active if a slot is free, else as
  /// pending. Suspends if there is neither; suspended spawns are served in order.
  ///
  /// Cancelling a suspended spawn closes its job, which never runs.
  /// \param body moved in; if spawn fails, its frame is destroyed and it never runs. Whatever it
  /// refers to must live until the job is closed.
  /// \throws scheduler_error: closed, also when closed while suspended; unknown_pool.
  /// std::invalid_argument: a weight, claim or timeout of 0. operation_aborted when cancelled.
  template <typename T>
  [[nodiscard]] awaitable<job_of<T>> spawn(
      awaitable<T> body, job_options options = {},
      std::source_location where = std::source_location::current()) {
    auto made = detail::make_job<T, Executor>(*core_, std::move(body), options, where);
    return detail::spawn_job<job_of<T>, T, Executor>(detail::apart(), std::move(made),
                                                     detail::keep(std::move(options)));
  }

  /// The same for a function that makes the coroutine: function(args...), with at most six
  /// arguments. All are moved in (decayed, as by std::thread) and kept until the coroutine has
  /// ended, so it may take its parameters by reference; use std::ref to pass a reference.
  ///
  /// With GCC 12, neither the function nor an argument may be a temporary closure with captures or
  /// a temporary aggregate, unless it is trivially destructible: it would be destroyed twice in a
  /// co_await expression. This is rejected at compile time; name the object, and copy it or pass it
  /// by weir::moved.
  template <typename F, typename A = detail::absent, typename B = detail::absent,
            typename C = detail::absent, typename D = detail::absent, typename E = detail::absent,
            typename G = detail::absent>
  requires detail::function_like<F>
  [[nodiscard]] auto spawn(F&& function, A&& a = {}, B&& b = {}, C&& c = {}, D&& d = {}, E&& e = {},
                           G&& g = {},
                           std::source_location where = std::source_location::current()) {
    return spawn(
        work(std::forward<F>(function), std::forward<A>(a), std::forward<B>(b), std::forward<C>(c),
             std::forward<D>(d), std::forward<E>(e), std::forward<G>(g)),
        job_options(), where);
  }
  /// The same with options, such as a name, which come before the function.
  template <typename F, typename A = detail::absent, typename B = detail::absent,
            typename C = detail::absent, typename D = detail::absent, typename E = detail::absent,
            typename G = detail::absent>
  requires detail::function_like<F>
  [[nodiscard]] auto spawn(job_options options, F&& function, A&& a = {}, B&& b = {}, C&& c = {},
                           D&& d = {}, E&& e = {}, G&& g = {},
                           std::source_location where = std::source_location::current()) {
    return spawn(
        work(std::forward<F>(function), std::forward<A>(a), std::forward<B>(b), std::forward<C>(c),
             std::forward<D>(d), std::forward<E>(e), std::forward<G>(g)),
        std::move(options), where);
  }

  /// Runs `body` as a job if there is a place for it now, active or pending; never waits.
  /// \throws as spawn, and scheduler_error(full) if spawn would suspend (would_block()).
  template <typename T>
  job_of<T> try_spawn(awaitable<T> body, job_options options = {},
                      std::source_location where = std::source_location::current()) {
    auto made = detail::make_job<T, Executor>(*core_, std::move(body), options, where);
    core_->prepare(*made, &options);
    if (!core_->try_submit(*made)) throw scheduler_error(scheduler_errc::full, "try_spawn");
    return job_of<T>(std::move(made));
  }
  /// The same for a function and its arguments, as for spawn.
  template <typename F, typename A = detail::absent, typename B = detail::absent,
            typename C = detail::absent, typename D = detail::absent, typename E = detail::absent,
            typename G = detail::absent>
  requires detail::function_like<F>
  auto try_spawn(F&& function, A&& a = {}, B&& b = {}, C&& c = {}, D&& d = {}, E&& e = {},
                 G&& g = {}, std::source_location where = std::source_location::current()) {
    return try_spawn(
        work(std::forward<F>(function), std::forward<A>(a), std::forward<B>(b), std::forward<C>(c),
             std::forward<D>(d), std::forward<E>(e), std::forward<G>(g)),
        job_options(), where);
  }
  template <typename F, typename A = detail::absent, typename B = detail::absent,
            typename C = detail::absent, typename D = detail::absent, typename E = detail::absent,
            typename G = detail::absent>
  requires detail::function_like<F>
  auto try_spawn(job_options options, F&& function, A&& a = {}, B&& b = {}, C&& c = {}, D&& d = {},
                 E&& e = {}, G&& g = {},
                 std::source_location where = std::source_location::current()) {
    return try_spawn(
        work(std::forward<F>(function), std::forward<A>(a), std::forward<B>(b), std::forward<C>(c),
             std::forward<D>(d), std::forward<E>(e), std::forward<G>(g)),
        std::move(options), where);
  }

  /// spawn for any thread and any completion token: detached, use_future, a callback
  /// void(std::exception_ptr, job<T>). The scheduler must outlive the call, but need not outlive
  /// its completion.
  template <typename T, typename Token>
  auto async_spawn(awaitable<T> body, job_options options, Token&& token,
                   std::source_location where = std::source_location::current()) {
    return detail::async_cross<job_of<T>>(core_->executor(),
                                          spawn(std::move(body), std::move(options), where),
                                          std::forward<Token>(token));
  }
  /// The same for a function and its arguments, as for spawn; the token comes before them.
  template <typename Token, typename F, typename A = detail::absent, typename B = detail::absent,
            typename C = detail::absent, typename D = detail::absent, typename E = detail::absent,
            typename G = detail::absent>
  requires detail::function_like<F>
  auto async_spawn(job_options options, Token&& token, F&& function, A&& a = {}, B&& b = {},
                   C&& c = {}, D&& d = {}, E&& e = {}, G&& g = {},
                   std::source_location where = std::source_location::current()) {
    return async_spawn(
        work(std::forward<F>(function), std::forward<A>(a), std::forward<B>(b), std::forward<C>(c),
             std::forward<D>(d), std::forward<E>(e), std::forward<G>(g)),
        std::move(options), std::forward<Token>(token), where);
  }

  /// Runs `operation` protected from the caller's cancellation, not subject to the limit or
  /// included in the counts, and returns its result. If the caller is cancelled, now or earlier,
  /// the operation continues and is tracked: wait_and_close waits for it, close cancels it, and its
  /// failure reaches the exception handler.
  /// \throws what the operation throws; scheduler_error: closed (the scheduler is being closed),
  /// cancelled (by close); operation_aborted if the caller was cancelled.
  template <typename T>
  [[nodiscard]] awaitable<T> shield(awaitable<T> operation,
                                    std::source_location where = std::source_location::current()) {
    auto made = detail::typed_job<T, Executor>::make(*core_, std::move(operation), where);
    detail::shield_ticket<T, Executor> ticket(core_, std::move(made));
    return detail::at_home<T>(core_, [ticket = std::move(ticket)](const void*) mutable {
      return detail::shield_here<T, Executor>(std::move(ticket));
    });
  }

  /// The same for a function and its arguments, as for spawn.
  template <typename F, typename A = detail::absent, typename B = detail::absent,
            typename C = detail::absent, typename D = detail::absent, typename E = detail::absent,
            typename G = detail::absent>
  requires detail::function_like<F>
  [[nodiscard]] auto shield(F&& function, A&& a = {}, B&& b = {}, C&& c = {}, D&& d = {},
                            E&& e = {}, G&& g = {},
                            std::source_location where = std::source_location::current()) {
    return shield(
        work(std::forward<F>(function), std::forward<A>(a), std::forward<B>(b), std::forward<C>(c),
             std::forward<D>(d), std::forward<E>(e), std::forward<G>(g)),
        where);
  }

  /// Ends everything: takes no more jobs, drops those that have not started, cancels running jobs
  /// and shields, waits for them for at most close_timeout, and reports those that outlive it ("Job
  /// closing timed out"). Concurrent callers wait for the same end; on a closed scheduler it
  /// returns at once.
  ///
  /// Cancelling it stops the wait, not the closing; the same goes for a caller that was already
  /// cancelled.
  /// \throws scheduler_error(inside) if called from one of its own jobs or shields: nothing is
  /// closed.
  [[nodiscard]] awaitable<close_report> close() {
    detail::close_ticket<Executor> ticket(core_);
    return detail::at_home<close_report>(
        core_, [ticket = std::move(ticket)](const void* caller) mutable {
          return detail::close_here<Executor>(std::move(ticket), caller);
        });
  }

  /// Waits until no job or shield is left, including those spawned meanwhile, or until the timeout;
  /// then closes. The default timeout is the options' wait_timeout.
  ///
  /// If it is cancelled, it closes the scheduler and then throws operation_aborted.
  /// \throws as close; under fail_fast the first failure, once everything has ended.
  [[nodiscard]] awaitable<close_report> wait_and_close() {
    return wait_and_close(core_->options().wait_timeout());
  }
  [[nodiscard]] awaitable<close_report> wait_and_close(std::chrono::nanoseconds timeout) {
    detail::close_ticket<Executor> ticket(core_);
    return detail::at_home<close_report>(
        core_, [ticket = std::move(ticket), timeout](const void* caller) mutable {
          return detail::drain_here<Executor>(std::move(ticket), timeout, caller);
        });
  }

  /// Waits until no job is active, pending or blocked and no shield is left, without closing.
  /// Also returns once the scheduler has been closed.
  /// \throws under fail_fast the first failure; scheduler_error(inside) within a job or shield.
  [[nodiscard]] awaitable<> wait_idle() {
    return detail::at_home<void>(core_, [core = core_](const void* caller) {
      return detail::wait_idle_here<Executor>(core, caller);
    });
  }

  /// Waits until the scheduler is about to end: wait_and_close, close or stop has been called, or a
  /// failure has stopped it. Returns at once if that has already happened. Meant for jobs that
  /// would otherwise wait for work forever: `co_await (read_request(peer) || jobs.stopping())`.
  [[nodiscard]] awaitable<> stopping() {
    return detail::at_home<void>(
        core_, [core = core_](const void*) { return detail::stopping_here<Executor>(core); });
  }
  /// Whether stopping() would return at once. Safe from any thread.
  bool is_stopping() const noexcept { return core_->stopping(); }

  /// Takes no more jobs and drops the pending ones; running jobs and shields continue. Blocked
  /// spawns fail with `closed`. Cannot be undone: follow it with wait_idle or wait_and_close.
  void stop() { core_->stop(); }
  /// Drops every pending job; blocked spawns then take their places.
  /// \returns how many were dropped.
  std::size_t drop_pending() { return core_->drop_pending(); }
  /// Cancels every job as job_view::cancel does, and drops those that have not started. Shields
  /// continue; the scheduler stays open.
  void cancel_all(boost::asio::cancellation_type type = boost::asio::cancellation_type::terminal) {
    core_->cancel_all(type);
  }

  /// Starts nothing more until resume. Jobs are still accepted while there is room for them to
  /// wait.
  void pause() { core_->set_paused(true); }
  /// Undoes pause: what may start starts at once.
  void resume() { core_->set_paused(false); }
  /// Whether it is paused.
  bool paused() const noexcept { return core_->claims().paused(); }

  /// Changes the number of slots, effective at once: a larger limit starts pending jobs, a smaller
  /// one lets running jobs finish.
  /// \throws std::invalid_argument if it is below 1.
  void set_limit(std::int64_t limit) { core_->set_limit(limit); }
  /// The maximum number of slots in use at once.
  std::int64_t limit() const noexcept { return core_->claims().limit(); }
  /// The maximum number of jobs waiting to start.
  std::int64_t pending_limit() const noexcept { return core_->options().pending_limit(); }
  /// How long a cancelled job may take to end.
  std::chrono::nanoseconds close_timeout() const noexcept {
    return core_->options().close_timeout();
  }
  /// How long wait_and_close() waits before it closes.
  std::chrono::nanoseconds wait_timeout() const noexcept { return core_->options().wait_timeout(); }

  /// Creates a pool, or changes its capacity; with 0 its jobs do not start.
  /// \throws std::invalid_argument if it is negative.
  void set_pool(std::string_view name, std::int64_t capacity) { core_->set_pool(name, capacity); }
  /// Units of the pool in use by active jobs; 0 for an unknown name.
  std::int64_t pool_used(std::string_view name) const noexcept {
    const detail::pool* const found = core_->claims().find_pool(name);
    return found == nullptr ? 0 : found->used;
  }

  /// How many units the pool has; 0 for an unknown name.
  std::int64_t pool_capacity(std::string_view name) const noexcept {
    const detail::pool* const found = core_->claims().find_pool(name);
    return found == nullptr ? 0 : found->capacity;
  }

  /// Jobs that have their slot, not counting shields.
  std::size_t active_count() const noexcept { return core_->active(); }
  /// Jobs waiting to start.
  std::size_t pending_count() const noexcept { return core_->count(detail::phase::pending); }
  /// Suspended spawns; their jobs are not included in any other count.
  std::size_t blocked_count() const noexcept { return core_->count(detail::phase::blocked); }
  /// Shielded operations.
  std::size_t shield_count() const noexcept { return core_->shields(); }
  /// Slots in use: the weights of the active jobs.
  std::int64_t slots_used() const noexcept { return core_->claims().used(); }
  /// Active and pending jobs.
  std::size_t size() const noexcept { return active_count() + pending_count(); }
  /// Whether no job is active or pending, not counting shields and blocked spawns.
  bool empty() const noexcept { return size() == 0; }
  /// Whether spawn would suspend now, for a job of weight 1 without pools.
  bool would_block() const noexcept { return core_->would_block(); }
  /// Whether it takes no more jobs: closed, closing, stopped or failed fast.
  bool closed() const noexcept { return core_->alive() != core_type::life::open; }
  /// Whether the job is active or pending here.
  bool contains(const job_view& job) const;
  /// The active jobs, then the pending ones in no particular order.
  std::vector<job_view> snapshot() const { return core_->snapshot(); }
  /// How many jobs have taken each step so far.
  job_counters counters() const noexcept { return core_->counters(); }

  /// The handler for failures that nobody waits for; empty: standard error.
  const exception_handler& on_error() const noexcept { return core_->on_error(); }
  /// Replaces the handler, from the next failure on.
  void on_error(exception_handler handler) { core_->on_error(std::move(handler)); }
  /// Passes a failure of your own to the handler, as if a job had failed.
  void call_exception_handler(const error_context& context) noexcept {
    core_->tell_handler(context);
  }

  /// Where jobs run. Safe from any thread.
  const Executor& get_executor() const noexcept { return core_->executor(); }

 private:
  template <typename F, typename... A>
  static auto work(F&& function, A&&... args) {
    return detail::bind_work<Executor>(std::forward<F>(function), std::forward<A>(args)...);
  }

  using core_type = detail::loop_core<Executor>;
  friend struct detail::core_access;
  detail::counted_ptr<core_type> core_;
};

template <typename Executor>
bool basic_scheduler<Executor>::contains(const job_view& job) const {
  return job && job.belongs_to(*core_);
}

/// "scheduler: open, active 3 of 100, pending 20, blocked 1, shields 0".
template <typename Executor>
std::string to_string(const basic_scheduler<Executor>& s) {
  const std::string limit = s.limit() == unlimited ? "unlimited" : std::to_string(s.limit());
  return std::string("scheduler: ") +
         (s.closed()   ? "closed"
          : s.paused() ? "paused"
                       : "open") +
         ", active " + std::to_string(s.active_count()) + " of " + limit + ", pending " +
         std::to_string(s.pending_count()) + ", blocked " + std::to_string(s.blocked_count()) +
         ", shields " + std::to_string(s.shield_count());
}

template <typename Executor>
std::ostream& operator<<(std::ostream& out, const basic_scheduler<Executor>& s) {
  return out << to_string(s);
}

extern template class detail::loop_core<boost::asio::any_io_executor>;
extern template class detail::loop_core<loop_executor>;

/// A scheduler for any executor.
using scheduler = basic_scheduler<boost::asio::any_io_executor>;
/// A scheduler on an io_context, without type erasure: faster.
using loop_scheduler = basic_scheduler<loop_executor>;

}  // namespace weir
