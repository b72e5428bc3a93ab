// How the engine acts on what the stop machine decides.
#include <algorithm>
#include <utility>

#include "batch/engine.hpp"
#include "values/judge.hpp"

namespace weir {

running_jobs engine::running() const {
  running_jobs now;
  for (const job_record* job : lives_.with_slot()) {
    if (job->stage != job_stage::running || outlives_halt(*job) || job == announced_) continue;
    ++now.all;
    if (job->spec.settings->shield)
      ++now.shielded;
    else if (job->attempt != nullptr && job->attempt->has_shield())
      ++now.shields;
    now.longest_close_timeout =
        std::max(now.longest_close_timeout,
                 job->spec.settings->close_timeout.value_or(settings_.close_timeout));
  }
  return now;
}

void engine::stop(stop_request what, const std::string& reason) {
  // Jobs that run after a halt are stopped by whatever comes next, even if it does not insist.
  const bool after_halt = std::exchange(halted_, false);
  if (after_halt && what == stop_request::lost) stop_.halt_over();
  const bool first = !stop_.stopping() || after_halt;
  if (first) {
    result_.stopped = true;
    stop_reason_ = reason;
    stopped_at_ = timers_.time().now();
  }
  const auto action = stop_.request(what, timers_.now(), running());
  if (first) {
    source_.close();
    end_waiting();
  }
  for (completion* each : std::exchange(unjudged_, {})) each->complete();
  follow(action);
  complete_if_done();
}

/// A supervisor that stops weir may send its signal to all processes at once, and a job may die of
/// it before weir hears of the stop: then it has not failed, and nothing follows from that. Its
/// slot is not free meanwhile: nothing else should start.
awaitable<> engine::hear_of_stop(const job_record& job, attempt_result& ended) {
  if (!failed_by_stop_signal(ended.how, *job.spec.settings)) co_return;
  const duration passed = timers_.time().now() - ended.ended;  // on a worker, most of it
  const duration left = std::min<duration>(heard_within, heard_within - passed);
  if (!was_stopped_with(ended) && left > duration{}) {
    completion heard;
    timer_queue::timer over;
    timers_.schedule(over, left, [&heard] { heard.complete(); });
    unjudged_.push_back(&heard);
    co_await heard.wait();
    std::erase(unjudged_, &heard);
  }
  if (job.unwanted || was_stopped_with(ended)) ended.how = ended_by_itself(ended.how);
}

/// Where running jobs are let end by themselves, a later signal is another matter.
bool engine::was_stopped_with(const attempt_result& ended) const {
  if (!stopped_at_) return false;
  return stop_.phase() != stop_phase::running || ended.ended <= *stopped_at_ + heard_within;
}

/// Ends jobs that wait outside the scheduler, or for their turn to start, and must not run any
/// more.
void engine::end_waiting() {
  memory_free_.complete();
  // A worker that they wait for may be hours away: they come through, and are turned back.
  if (stop_.stopping())
    for (const std::string& label : settings_.labels)
      scheduler_.set_pool(label_pool(label), unlimited);
  std::vector<job_record*> waiting;
  for (const job_stage stage : {job_stage::needing, job_stage::held, job_stage::resting})
    for (job_record* job : lives_.in(stage))
      if (!may_run(*job)) waiting.push_back(job);
  // What the end of one means for another no longer matters.
  for (job_record* job : waiting)
    if (job->stage == job_stage::needing) enter(*job, job_stage::accepted);
  for (job_record* job : waiting) finish_unstarted(*job);
  gate_.send_away([this](const job_record& job) { return !may_run(job); });
  open_gate();  // one behind them may fit
}

/// Jobs that would not die are reported as cancelled; nothing is waited for any more.
void engine::give_up() {
  result_.gave_up = true;
  halted_ = false;
  lives_.give_up();
  std::vector<job_record*> left;
  for (job_record& job : lives_.all())
    if (job.stage != job_stage::ended) left.push_back(&job);
  for (job_record* job : left) {
    if (job->attempt != nullptr) job->attempt->abandon();
    finish_unstarted(*job);
  }
  done_.complete();
}

/// Announces it, then does it.
void engine::follow(stop_action action) {
  if (action == stop_action::none) return;
  announce_stop();
  switch (action) {
    case stop_action::none:
    case stop_action::start_nothing:
      break;
    case stop_action::end_unshielded:
      end_running(ending::terminate, false);
      break;
    case stop_action::end_all:
      end_running(ending::terminate, true);
      break;
    case stop_action::kill_all:
      end_running(ending::kill, true);
      break;
    case stop_action::give_up:
      return give_up();
  }
  arm_deadline();
}

void engine::end_running(ending how, bool shielded_too) {
  // Ending one may complete others: do not walk the list while it changes.
  std::vector<running_attempt*> attempts;
  for (const job_record* job : lives_.with_slot())
    if (job->attempt != nullptr && (shielded_too || !job->spec.settings->shield) &&
        !outlives_halt(*job))
      attempts.push_back(job->attempt);
  for (running_attempt* attempt : attempts) {
    // First the attempt: what waits for a shielded command must not go on as if that had ended by
    // itself.
    attempt->end(how);
    if (shielded_too && how == ending::terminate) attempt->end_shields();
  }
}

void engine::arm_deadline() {
  const auto deadline = stop_.deadline();
  if (!deadline) return deadline_.cancel();
  timers_.schedule_at(deadline_, *deadline,
                      [this] { follow(stop_.expired(timers_.now(), running())); });
}

void engine::announce_stop() {
  const running_jobs now = running();
  const unsigned shielded = now.shielded + now.shields;
  std::optional<timer_queue::clock::time_point> deadline;
  if (stop_.waits_for_shields()) deadline = timers_.real(stop_.deadline().value());
  const bool ending = stop_.phase() != stop_phase::running;
  const auto all = std::ranges::count(lives_.with_slot(), job_stage::running, &job_record::stage) -
                   (announced_ != nullptr ? 1 : 0);
  announce(stop_changed{stop_.phase(), ending ? now.all : static_cast<unsigned>(all),
                        stop_.waits_for_shields() ? shielded : 0, deadline, stop_reason_});
}

void engine::fatal(std::exception_ptr error) {
  if (!result_.error) result_.error = error;
  take(stop_asked{stop_request::kill, "internal error"});
}

}  // namespace weir
