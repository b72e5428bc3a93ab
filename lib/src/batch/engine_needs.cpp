// Jobs that need others, and jobs that an earlier run has ended: when they start, or end unstarted.
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>

#include "batch/engine_record.hpp"

namespace weir {

namespace {

/// How a job that does not run again ended in the run that is resumed.
verdict judged_earlier(earlier_run earlier) {
  if (earlier == earlier_run::succeeded) return verdict::succeeded;
  return earlier == earlier_run::failed ? verdict::failed : verdict::skipped;
}

}  // namespace

/// It does not run again, but those that need it learn how it ended.
void engine::end_earlier(record& job) {
  const verdict judged = judged_earlier(job.spec.earlier);
  const std::uint64_t seq = job.spec.seq;
  const bool may_fail = job.spec.settings->allow_failure;
  left_pending(job);
  output_.absent(seq);
  result_.jobs.count(judged, may_fail);
  attempt_result earlier;
  if (job.spec.earlier_end) earlier.how = *job.spec.earlier_end;
  announce(job_ended{job.spec, judged, 0, 0, earlier, {}});
  if (settings_.needs) {
    needs_.add(seq, job.spec.name, {});
    follow_needs(needs_.ended(seq, judged, may_fail));
  }
  jobs_.erase(job.place);
}

/// A job is admitted when nothing that it needs is missing, and waits for that outside the
/// scheduler.
awaitable<> engine::take_in(record& job) {
  if (!settings_.needs || (stop_.stopping() && !halted_)) {
    co_await admit(job);
  } else {
    const std::uint64_t seq = job.spec.seq;
    waiting_.emplace(seq, &job);
    needs_graph::step step = needs_.add(seq, job.spec.name, job.spec.needs);
    job.follows_up = needs_.follows_up(seq);
    const bool ready = std::erase(step.ready, seq) > 0;
    const bool dropped = !may_run(job);
    if (ready || dropped) waiting_.erase(seq);
    if (dropped)
      finish_unstarted(job);
    else if (ready)
      co_await admit(job);
    follow_needs(step);
  }
  co_await wait_for_memory();
}

/// Starts what became ready, and ends what never will.
void engine::follow_needs(const needs_graph::step& step) {
  for (const auto& skip : step.skipped) {
    const auto place = waiting_.find(skip.seq);
    if (place == waiting_.end()) continue;
    record& job = *place->second;
    waiting_.erase(place);
    attempt_result result;
    result.how = skipped{skip.reason};
    result.started = result.ended = std::chrono::steady_clock::now();
    result.started_at = std::chrono::system_clock::now();
    settle(job, std::move(result));
  }
  for (const std::uint64_t seq : step.ready) {
    const auto place = waiting_.find(seq);
    if (place == waiting_.end()) continue;
    record& job = *place->second;
    waiting_.erase(place);
    announce(job_ready{job.spec, std::chrono::steady_clock::now()});
    start_ready(job);
  }
}

void engine::start_ready(record& job) {
  if (is_held(job)) return held_.push_back(&job);
  if (try_admit(job)) return;
  boost::asio::co_spawn(loop_, admit(job), [this](std::exception_ptr error) {
    if (error) fatal(error);
  });
}

}  // namespace weir
