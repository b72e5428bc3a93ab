/// A bounded, drained scheduler of coroutine jobs on one Asio executor.
///
/// At most `limit` jobs run at once, at most `pending_limit` wait, and whoever spawns more waits in
/// spawn. Nothing is left behind: close ends every job by a deadline, wait_and_close lets them
/// finish first, and the failure of a job nobody waits for reaches the exception handler. It knows
/// no process, no file and no terminal. The guide is docs/scheduler.md.
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
/// It is made on any thread, before the loop runs or while it does; its executor must run one
/// handler at a time (one thread, or a strand; a thread_pool is refused in debug builds). spawn,
/// shield, close, wait_and_close and wait_idle may be awaited on any executor of the same type,
/// async_spawn called from any thread; everything else belongs on the scheduler's executor, or
/// anywhere while the loop does not run.
template <typename Executor>
class basic_scheduler {
 public:
  /// Where jobs run.
  using executor_type = Executor;
  /// The coroutines that it runs.
  template <typename T = void>
  using awaitable = boost::asio::awaitable<T, Executor>;
  /// What spawn gives.
  template <typename T = void>
  using job_of = basic_job<T, Executor>;

  /// \throws std::invalid_argument when the limit is below 1, or another setting is negative.
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

  /// Close it before. If jobs or shields still live, this is reported to the exception handler,
  /// once: "Scheduler destroyed with live jobs", with how many and where they were spawned. Pending
  /// jobs are dropped, blocked spawns fail with `closed`, running jobs and shields are cancelled
  /// and left to end in the loop, on their own, and what then fails is written to standard error.
  /// It never waits.
  ~basic_scheduler() { core_->abandon(); }

  /// Runs `body` as a job, as soon as the limit allows; its first step is taken at a later turn of
  /// the loop, never within spawn. Returns when the job has a place: active if one is free, else
  /// pending. Suspends when there is no place either; suspended spawns are served in their order.
  ///
  /// Cancelling a suspended spawn closes its job, which never runs.
  /// \param body moved in; when spawn fails its frame is destroyed and it never runs. References
  /// and captures in it must live until the job is closed.
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

  /// As above for a function that makes the coroutine: function(args...), at most six arguments.
  /// All are moved in (decayed, as into std::thread) and kept until the coroutine has ended, so
  /// that it may take its parameters by reference; std::ref passes a reference on.
  ///
  /// With GCC 12, neither the function nor an argument may be a closure with captures or an
  /// aggregate, unless it has a name and is copied or passed by weir::moved, or needs no
  /// destructor: such temporaries of a co_await expression are destroyed twice. It does not
  /// compile.
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
  /// As above, with options, a name for instance: they come before the function.
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

  /// Runs `body` as a job if it has a place now, active or pending; never waits.
  /// \throws as spawn, and scheduler_error(full) when spawn would suspend (would_block()).
  template <typename T>
  job_of<T> try_spawn(awaitable<T> body, job_options options = {},
                      std::source_location where = std::source_location::current()) {
    auto made = detail::make_job<T, Executor>(*core_, std::move(body), options, where);
    core_->prepare(*made, &options);
    if (!core_->try_submit(*made)) throw scheduler_error(scheduler_errc::full, "try_spawn");
    return job_of<T>(std::move(made));
  }
  /// As above for a function and its arguments, as spawn takes them.
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

  /// spawn from any thread, and with any completion token: detached, use_future, a callback
  /// void(std::exception_ptr, job<T>). The scheduler must outlive the call, not its completion.
  template <typename T, typename Token>
  auto async_spawn(awaitable<T> body, job_options options, Token&& token,
                   std::source_location where = std::source_location::current()) {
    return detail::async_cross<job_of<T>>(core_->executor(),
                                          spawn(std::move(body), std::move(options), where),
                                          std::forward<Token>(token));
  }
  /// As above for a function and its arguments, as spawn takes them; the token comes before them.
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

  /// Runs `operation` out of reach of the caller's cancellation, outside limit and counts, and
  /// gives its result. If the caller is cancelled, meanwhile or before, the operation goes on,
  /// tracked: wait_and_close waits for it, close cancels it, and its failure reaches the exception
  /// handler.
  /// \throws what the operation throws; scheduler_error: closed when the scheduler is being closed,
  /// cancelled when close cancelled it; operation_aborted when the caller was cancelled.
  template <typename T>
  [[nodiscard]] awaitable<T> shield(awaitable<T> operation,
                                    std::source_location where = std::source_location::current()) {
    auto made = detail::typed_job<T, Executor>::make(*core_, std::move(operation), where);
    detail::shield_ticket<T, Executor> ticket(core_, std::move(made));
    return detail::at_home<T>(core_, [ticket = std::move(ticket)](const void*) mutable {
      return detail::shield_here<T, Executor>(std::move(ticket));
    });
  }

  /// As above for a function and its arguments, as spawn takes them.
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

  /// Ends everything: takes nothing more, drops what has not started, cancels running jobs and
  /// shields, waits for them, at most close_timeout, and reports those that outlived it ("Job
  /// closing timed out"). Several callers wait for the same end; on a closed scheduler it returns
  /// at once.
  ///
  /// Cancelling it ends the waiting, not the closing; so does a caller that was cancelled before.
  /// \throws scheduler_error(inside) when called by one of its own jobs or shields: nothing is
  /// closed.
  [[nodiscard]] awaitable<close_report> close() {
    detail::close_ticket<Executor> ticket(core_);
    return detail::at_home<close_report>(
        core_, [ticket = std::move(ticket)](const void* caller) mutable {
          return detail::close_here<Executor>(std::move(ticket), caller);
        });
  }

  /// Waits until no job and no shield is left, those that they spawn meanwhile included, or until
  /// the time is over; then closes. The default time is the options' wait_timeout.
  ///
  /// When it is cancelled, the scheduler is closed first, then operation_aborted is thrown.
  /// \throws as close; under fail_fast the first failure, after everything has ended.
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

  /// Waits until no job is active, pending or blocked and no shield is left; closes nothing.
  /// Returns also when the scheduler has been closed.
  /// \throws under fail_fast the first failure; scheduler_error(inside) within a job or shield.
  [[nodiscard]] awaitable<> wait_idle() {
    return detail::at_home<void>(core_, [core = core_](const void* caller) {
      return detail::wait_idle_here<Executor>(core, caller);
    });
  }

  /// Waits until the scheduler is to come to its end: wait_and_close, close or stop was called, or
  /// a failure stopped it. At once if that has happened. For jobs that would otherwise wait for
  /// work for ever: `co_await (read_request(peer) || jobs.stopping())`.
  [[nodiscard]] awaitable<> stopping() {
    return detail::at_home<void>(
        core_, [core = core_](const void*) { return detail::stopping_here<Executor>(core); });
  }
  /// Whether stopping() would return at once. Safe from any thread.
  bool is_stopping() const noexcept { return core_->stopping(); }

  /// Takes nothing more and drops what is pending; running jobs and shields go on. Blocked spawns
  /// fail with `closed`. For good: follow it with wait_idle, or wait_and_close.
  void stop() { core_->stop(); }
  /// Drops every pending job; blocked spawns then get their places.
  /// \returns how many were dropped.
  std::size_t drop_pending() { return core_->drop_pending(); }
  /// Cancels every job as job_view::cancel does, and drops those that have not started. Shields go
  /// on; the scheduler stays open.
  void cancel_all(boost::asio::cancellation_type type = boost::asio::cancellation_type::terminal) {
    core_->cancel_all(type);
  }

  /// Starts nothing more, until resume. Jobs are accepted as long as they may wait.
  void pause() { core_->set_paused(true); }
  /// Starts again what may start, at once.
  void resume() { core_->set_paused(false); }
  /// Whether pause was called last, not resume.
  bool paused() const noexcept { return core_->claims().paused(); }

  /// Changes how many slots there are, at once; a larger one starts pending jobs, a smaller one
  /// lets the running jobs finish.
  /// \throws std::invalid_argument below 1.
  void set_limit(std::int64_t limit) { core_->set_limit(limit); }
  /// Most slots in use at once, as set last.
  std::int64_t limit() const noexcept { return core_->claims().limit(); }
  /// Most jobs that wait to start.
  std::int64_t pending_limit() const noexcept { return core_->options().pending_limit(); }
  /// How long a cancelled job may take to end.
  std::chrono::nanoseconds close_timeout() const noexcept {
    return core_->options().close_timeout();
  }
  /// How long wait_and_close() waits before it closes.
  std::chrono::nanoseconds wait_timeout() const noexcept { return core_->options().wait_timeout(); }

  /// Makes a pool of that name, or changes its capacity; 0 holds its jobs back.
  /// \throws std::invalid_argument when negative.
  void set_pool(std::string_view name, std::int64_t capacity) { core_->set_pool(name, capacity); }
  /// Units of the pool in use by active jobs; 0 for a name that is not known.
  std::int64_t pool_used(std::string_view name) const noexcept {
    const detail::pool* const found = core_->claims().find_pool(name);
    return found == nullptr ? 0 : found->used;
  }

  /// Jobs that have their slot; shields are not counted.
  std::size_t active_count() const noexcept { return core_->active(); }
  /// Jobs that wait to start.
  std::size_t pending_count() const noexcept { return core_->count(detail::phase::pending); }
  /// Spawns that are suspended; their jobs are in no other count.
  std::size_t blocked_count() const noexcept { return core_->count(detail::phase::blocked); }
  /// Shielded operations.
  std::size_t shield_count() const noexcept { return core_->shields(); }
  /// Slots in use: the weights of the active jobs.
  std::int64_t slots_used() const noexcept { return core_->claims().used(); }
  /// Active and pending jobs.
  std::size_t size() const noexcept { return active_count() + pending_count(); }
  /// Whether no job is active or pending; shields and blocked spawns do not count.
  bool empty() const noexcept { return size() == 0; }
  /// Whether spawn would suspend now, for a job without pools and of weight 1.
  bool would_block() const noexcept { return core_->would_block(); }
  /// Whether it takes nothing more: closed, closing, stopped or failed fast.
  bool closed() const noexcept { return core_->alive() != core_type::life::open; }
  /// Whether the job is active or pending here.
  bool contains(const job_view& job) const;
  /// The active jobs, then the pending ones in no particular order.
  std::vector<job_view> snapshot() const { return core_->snapshot(); }
  /// How many jobs took each step so far.
  job_counters counters() const noexcept { return core_->counters(); }

  /// The handler of failures that nobody waits for; empty: standard error.
  const exception_handler& on_error() const noexcept { return core_->on_error(); }
  /// Replaces the handler, from the next failure on.
  void on_error(exception_handler handler) { core_->on_error(std::move(handler)); }
  /// Gives the handler a failure of your own, as if a job had failed.
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
