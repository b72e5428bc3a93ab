/// The coroutines behind spawn and shield.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <weir/detail/spawn_frame.hpp>
#include <weir/detail/typed_job.hpp>
#include <weir/detail/waiting.hpp>

namespace weir::detail {

/// Closes a job if its spawner goes away, or is cancelled, before it learns of the job's place.
template <typename Executor>
class turn_guard {
 public:
  turn_guard(loop_core<Executor>& core, job_node& job) : core_(core), job_(job) {
    job.spawner = &turn;
  }
  turn_guard(const turn_guard&) = delete;
  turn_guard& operator=(const turn_guard&) = delete;
  ~turn_guard() {
    if (job_.at == phase::blocked) core_.drop(job_);
  }
  /// Drops the job, unless its body has begun.
  void cancel() {
    turn.cancelled = true;
    core_.drop(job_);
  }

  waiter turn;

 private:
  loop_core<Executor>& core_;
  job_node& job_;
};

/// Suspends until a blocked job has its place.
template <typename Executor>
boost::asio::awaitable<void, Executor> wait_for_turn(loop_core<Executor>& core, job_node& job) {
  turn_guard<Executor> guard(core, job);
  co_await park(guard.turn, [&guard] { guard.cancel(); });
  if (job.at != phase::closed || !(guard.turn.refused || guard.turn.cancelled)) co_return;
  if (guard.turn.cancelled) throw_aborted("spawn");
  throw scheduler_error(scheduler_errc::closed, "spawn");
}

template <typename T, typename Executor>
using typed_ptr = counted_ptr<typed_job<T, Executor>>;

/// A job's claims on its way to the scheduler; null for the common ones, which keeps the frame of
/// spawn's coroutine small.
using kept_options = std::unique_ptr<const job_options>;

/// Makes the job on any thread; the scheduler does not know it yet.
template <typename T, typename Executor>
typed_ptr<T, Executor> make_job(loop_core<Executor>& core, boost::asio::awaitable<T, Executor> body,
                                const job_options& options, std::source_location where) {
  typed_ptr<T, Executor> job = typed_job<T, Executor>::make(core, std::move(body), where);
  job->name = options.name();
  job->priority = options.priority();
  job->timeout = options.timeout();
  if (options.executor() != nullptr)
    job->abroad = std::make_unique<excursion<Executor>>(executor_of<Executor>(options));
  return job;
}

inline kept_options keep(job_options&& options) {
  const bool common = options.weight() == 1 && options.pools().empty();
  return common ? nullptr : std::make_unique<const job_options>(std::move(options));
}

template <typename Job, typename T, typename Executor>
boost::asio::awaitable<Job, Executor> spawn_here(typed_ptr<T, Executor> job, kept_options options) {
  loop_core<Executor>& core = job->loop();
  core.prepare(*job, options.get());
  if (!core.submit(*job)) co_await wait_for_turn(core, *job);
  co_return Job(std::move(job));
}
template <typename Job, typename T, typename Executor>
boost::asio::awaitable<Job, Executor> spawn_there(typed_ptr<T, Executor> job,
                                                  kept_options options) {
  const Executor home = job->loop().executor();
  return cross<Job>(home, spawn_here<Job, T, Executor>(std::move(job), std::move(options)));
}

/// Submits a job from wherever it is awaited. Does not use at_home: spawn must be a single
/// coroutine.
template <typename Job, typename T, typename Executor>
boost::asio::awaitable<Job, Executor> spawn_job(apart, typed_ptr<T, Executor> job,
                                                kept_options options) {
  const bool home = is_home(job->loop(), co_await boost::asio::this_coro::executor);
  if (!home) co_return co_await spawn_there<Job, T, Executor>(std::move(job), std::move(options));
  job->loop().prepare(*job, options.get());
  if (!job->loop().submit(*job)) co_await wait_for_turn(job->loop(), *job);
  co_return Job(std::move(job));
}

/// A shielded operation on its way to the scheduler. If the coroutine that was to await it never
/// runs, because it was cancelled before, the operation is started all the same.
template <typename T, typename Executor>
class shield_ticket {
 public:
  using core_ptr = counted_ptr<loop_core<Executor>>;
  shield_ticket(core_ptr core, typed_ptr<T, Executor> job)
      : core_(std::move(core)), job_(std::move(job)) {}
  shield_ticket(shield_ticket&&) noexcept = default;
  ~shield_ticket() {
    if (!job_ || core_->gone()) return;
    core_->defer([core = core_, job = std::move(job_)] {
      if (core->alive() < scheduler_core::life::closing) core->submit_shield(*job);
    });
  }
  typed_ptr<T, Executor> redeem() { return std::exchange(job_, typed_ptr<T, Executor>()); }
  loop_core<Executor>& core() const { return *core_; }

 private:
  core_ptr core_;
  typed_ptr<T, Executor> job_;
};

template <typename T, typename Executor>
boost::asio::awaitable<T, Executor> shield_here(shield_ticket<T, Executor> ticket) {
  const counted_ptr<loop_core<Executor>> core(&ticket.core());
  const typed_ptr<T, Executor> job = ticket.redeem();
  core->submit_shield(*job);
  listener<Executor> here(*job);
  co_await wait_in(*core, job->waiters);
  here.told();
  co_return job->take();
}

}  // namespace weir::detail
