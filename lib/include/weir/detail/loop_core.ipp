/// Definitions for detail/loop_core.hpp; compiled into weir::core for the executors that it names.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/system/system_error.hpp>

#include <weir/detail/loop_core.hpp>
#include <weir/scheduler_error.hpp>

namespace weir::detail {

/// Bodies resumed in one turn of the loop, before the rest of the loop gets its turn.
inline constexpr int pump_batch = 32;
/// Idle runners kept in addition to the busy ones.
inline constexpr std::size_t spare_runners = 16;

/// Whether an exception is what an operation throws when it is cancelled: even within `a || b` and
/// `a && b`, and from the scheduler's own operations if a close cancelled them.
inline bool is_aborted(const std::exception_ptr& error) noexcept {
  if (!error) return false;
  try {
    std::rethrow_exception(error);
  } catch (const boost::asio::multiple_exceptions& e) {
    return is_aborted(e.first_exception());
  } catch (const scheduler_error& e) {
    return e.code() == scheduler_errc::closed || e.code() == scheduler_errc::cancelled;
  } catch (const boost::system::system_error& e) {
    return e.code() == boost::asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

/// What runs when a runner's coroutine ends; owns the runner, because the cancellation slot inside
/// it must outlive the coroutine's frames.
template <typename Executor>
struct runner_end {
  using cancellation_slot_type = boost::asio::cancellation_slot;
  cancellation_slot_type get_cancellation_slot() const noexcept { return owned->signal.slot(); }
  void operator()(const std::exception_ptr&) noexcept {}  // its runner reports an unfinished job
  std::unique_ptr<runner<Executor>> owned;
};

template <typename Executor>
boost::asio::awaitable<void, Executor> run(runner<Executor>& r) {
  co_await identify(r.id);
  while (r.job != nullptr) {
    const auto serve = r.job->how->serve;
    co_await serve(r);
  }
}

template <typename Executor>
runner<Executor>::~runner() {
  unlink();
  if (job == nullptr || core->gone()) return;
  timer.reset();
  core->done(*this, std::make_exception_ptr(scheduler_error(scheduler_errc::abandoned, "job")));
}

template <typename Executor>
loop_core<Executor>::loop_core(const Executor& executor, scheduler_options options)
    : scheduler_core(std::move(options)), executor_(executor) {
  auto& context = boost::asio::query(executor, boost::asio::execution::context);
  boost::asio::use_service<loop_registry>(context).add(*this);
}

template <typename Executor>
loop_core<Executor>::~loop_core() {
  if (registry_ != nullptr) registry_->remove(*this);
}

template <typename Executor>
bool loop_core<Executor>::is_body_of(const job_type& job, const void* id) const noexcept {
  if (id == nullptr) return false;
  return (job.runs_in != nullptr && job.runs_in->id == id) ||
         (job.abroad != nullptr && job.abroad->id == id);
}

template <typename Executor>
bool loop_core<Executor>::is_any_body(const void* id) const noexcept {
  if (id == nullptr) return false;
  bool found = false;
  busy_.each([&](const runner<Executor>& r) { found = found || r.id == id; });
  abroad_.each([&](const excursion<Executor>& e) { found = found || e.id == id; });
  return found;
}

template <typename Executor>
void loop_core<Executor>::post_pump() {
  if (pump_posted_ || gone()) return;
  pump_posted_ = true;
  boost::asio::post(executor(), [self = counted_ptr<loop_core>(this)] { self->pump(); });
}

template <typename Executor>
void loop_core<Executor>::post(resumption parked) {
  if (!gone() && parked) boost::asio::post(executor(), std::move(parked));
}

template <typename Executor>
void loop_core<Executor>::interrupt(job_node& running, boost::asio::cancellation_type type) {
  job_type& job = static_cast<job_type&>(running);
  if (job.runs_in != nullptr) return job.runs_in->signal.emit(type);
  if (job.abroad == nullptr) return;
  boost::asio::post(job.abroad->there, [job = counted_ptr<job_type>(&job), type] {
    if (!job->abroad->over) job->abroad->signal.emit(type);
  });
}

template <typename Executor>
void loop_core<Executor>::arm_close_deadline(std::chrono::nanoseconds after) {
  close_timer_.emplace(executor(), deadline_in(after));
  close_timer_->async_wait([self = counted_ptr<loop_core>(this)](boost::system::error_code error) {
    if (!error) self->close_deadline();
  });
}

template <typename Executor>
void loop_core<Executor>::disarm_close_deadline() noexcept {
  close_timer_.reset();
}

template <typename Executor>
void loop_core<Executor>::pump() {
  forget_time();
  for (int left = pump_batch; left > 0; --left) {
    job_node* const job = take_ready();
    if (job == nullptr) break;
    hand_out(static_cast<job_type&>(*job));
  }
  pump_posted_ = false;
  if (count(phase::ready) + count(phase::shield_ready) > 0) return post_pump();
  trim_idle();
}

template <typename Executor>
void loop_core<Executor>::hand_out(job_type& job) {
  if (job.abroad != nullptr) return send_abroad(job);
  runner<Executor>* const r = idle_.front();
  if (r == nullptr) return make_runner(job);
  leave_idle(*r);
  busy_.push_back(*r);
  r->job = &job;
  job.runs_in = r;
  arm_timeout(job, r->timer);
  r->idle.parked();
}

template <typename Executor>
void loop_core<Executor>::make_runner(job_type& job) {
  auto made = std::make_unique<runner<Executor>>(*this);
  runner<Executor>& r = *made;
  busy_.push_back(r);
  r.job = &job;
  job.runs_in = &r;
  arm_timeout(job, r.timer);
  boost::asio::co_spawn(executor(), run(r), runner_end<Executor>(std::move(made)));
}

template <typename Executor>
void loop_core<Executor>::arm_timeout(job_type& job, std::optional<loop_timer<Executor>>& timer) {
  if (job.timeout == forever) return;
  timer.emplace(executor(), deadline_in(job.timeout));
  timer->async_wait([job = job_ptr(&job)](boost::system::error_code error) {
    if (!error) job->core->run_out_of_time(*job);
  });
}

/// What runs there when the coroutine of a job with its own executor ends.
template <typename Executor>
struct return_home {
  using job_type = loop_job_node<Executor>;
  using cancellation_slot_type = boost::asio::cancellation_slot;

  explicit return_home(job_type& of) : job(&of), home(of.loop().executor()) {}
  return_home(return_home&&) noexcept = default;
  ~return_home() {
    if (job && !job->loop().gone())
      go(std::make_exception_ptr(scheduler_error(scheduler_errc::abandoned, "job")));
  }
  cancellation_slot_type get_cancellation_slot() const noexcept {
    return job->abroad->signal.slot();
  }
  void operator()(std::exception_ptr error) { go(std::move(error)); }
  void go(std::exception_ptr error) {
    job->abroad->over = true;
    job->abroad->error = std::move(error);
    const Executor to = home.get_executor();
    boost::asio::post(to, [going = std::exchange(job, {}), work = std::move(home)] {
      going->loop().back_home(*going);
    });
  }

  counted_ptr<job_type> job;
  boost::asio::executor_work_guard<Executor> home;  ///< keeps that loop going while the job runs
};

template <typename Executor>
void loop_core<Executor>::send_abroad(job_type& job) {
  abroad_.push_back(*job.abroad);
  arm_timeout(job, job.abroad->timer);
  boost::asio::co_spawn(job.abroad->there, job.how->run_abroad(job), return_home<Executor>(job));
}

template <typename Executor>
void loop_core<Executor>::back_home(job_type& job) {
  if (job.at == phase::closed) return;
  job.abroad->unlink();
  job.abroad->timer.reset();
  body_ended(job, std::move(job.abroad->error));
}

template <typename Executor>
void loop_core<Executor>::done(runner<Executor>& r, std::exception_ptr error) {
  job_type& job = *std::exchange(r.job, nullptr);
  job.runs_in = nullptr;
  r.timer.reset();
  body_ended(job, std::move(error));
}

template <typename Executor>
void loop_core<Executor>::body_ended(job_type& job, std::exception_ptr error) {
  const bool aborted = (job.cancel_requested || job.timed_out) && is_aborted(error);
  finish(job, std::move(error), aborted);
  if (count(phase::running) + count(phase::shield_running) == 0) post_pump();  // to trim
}

template <typename Executor>
void loop_core<Executor>::trim_idle() {
  const std::size_t busy = count(phase::running) + count(phase::shield_running);
  const std::size_t kept = busy == 0 ? 0 : busy + spare_runners;
  while (idle_count_ > kept) {
    runner<Executor>& r = *idle_.front();
    leave_idle(r);
    r.idle.parked();  // without a job, its coroutine returns and destroys the runner
  }
}

template <typename Executor>
void loop_core<Executor>::park_idle(runner<Executor>& r) {
  r.unlink();
  idle_.push_front(r);
  ++idle_count_;
}

template <typename Executor>
void loop_core<Executor>::leave_idle(runner<Executor>& r) {
  r.unlink();
  --idle_count_;
}

template <typename Executor>
void loop_core<Executor>::loop_gone() noexcept {
  const counted_ptr<loop_core> keep(this);
  close_timer_.reset();
  gone_.store(true, std::memory_order_release);
  executor_.reset();
  while (runner<Executor>* const r = idle_.front()) {
    leave_idle(*r);
    const resumption dropped = std::move(r->idle.parked);
  }
  lose_everything();
}

}  // namespace weir::detail
