/// The coroutines behind spawn and shield.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <weir/detail/typed_job.hpp>
#include <weir/detail/waiting.hpp>

namespace weir::detail {

/// Closes a job whose spawner goes away while it is blocked.
template <typename Executor>
class turn_guard {
 public:
  turn_guard(loop_core<Executor>& core, job_node& job) : core_(core), job_(job) {}
  turn_guard(const turn_guard&) = delete;
  turn_guard& operator=(const turn_guard&) = delete;
  ~turn_guard() { give_up(); }
  void give_up() {
    if (job_.at != phase::blocked) return;
    job_.cancel_requested = true;
    core_.drop(job_);
  }

 private:
  loop_core<Executor>& core_;
  job_node& job_;
};

/// Suspends until a blocked job has its place.
template <typename Executor>
boost::asio::awaitable<void, Executor> wait_for_turn(loop_core<Executor>& core, job_node& job) {
  turn_guard<Executor> guard(core, job);
  waiter w;
  job.spawner = &w;
  co_await park(w, [&guard] { guard.give_up(); });
  if (!w.refused) co_return;
  if (job.cancel_requested) throw_aborted("spawn");
  throw scheduler_error(scheduler_errc::closed, "spawn");
}

template <typename T, typename Executor>
using typed_ptr = counted_ptr<typed_job<T, Executor>>;

template <typename T, typename Executor>
typed_ptr<T, Executor> make_job(loop_core<Executor>& core, boost::asio::awaitable<T, Executor> body,
                                const job_options& options, std::source_location where) {
  core.require_open("spawn");
  typed_ptr<T, Executor> job(new typed_job<T, Executor>(core, std::move(body), where));
  job->name = options.name();
  core.prepare(*job, options);
  return job;
}

/// Submits a job from wherever it is awaited.
template <typename Job, typename T, typename Executor>
boost::asio::awaitable<Job, Executor> spawn_job(counted_ptr<loop_core<Executor>> core,
                                                boost::asio::awaitable<T, Executor> body,
                                                job_options options, std::source_location where) {
  const Executor here = co_await boost::asio::this_coro::executor;
  if (!is_home(*core, here)) {
    Job there = co_await boost::asio::co_spawn(
        core->executor(),
        spawn_job<Job, T, Executor>(core, std::move(body), std::move(options), where),
        boost::asio::use_awaitable_t<Executor>{});
    co_return there;
  }
  auto job = make_job<T>(*core, std::move(body), options, where);
  if (!core->submit(*job)) co_await wait_for_turn(*core, *job);
  co_return Job(std::move(job));
}

/// A shielded operation on its way to the scheduler. When the coroutine that was to await it never
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

template <typename Executor>
boost::asio::awaitable<void, Executor> run_shield(counted_ptr<loop_core<Executor>> core,
                                                  counted_ptr<loop_job_node<Executor>> job) {
  const Executor here = co_await boost::asio::this_coro::executor;
  if (!is_home(*core, here)) {
    co_await boost::asio::co_spawn(core->executor(), run_shield(core, job),
                                   boost::asio::use_awaitable_t<Executor>{});
    co_return;
  }
  core->submit_shield(*job);
  co_await wait_in(*core, job->waiters);
  job->reported = true;
}

template <typename T, typename Executor>
boost::asio::awaitable<T, Executor> shield_operation(shield_ticket<T, Executor> ticket) {
  const counted_ptr<loop_core<Executor>> core(&ticket.core());
  const typed_ptr<T, Executor> job = ticket.redeem();
  const counted_ptr<loop_job_node<Executor>> base(job.get());
  co_await run_shield<Executor>(core, base);
  co_return job->result();
}

}  // namespace weir::detail
