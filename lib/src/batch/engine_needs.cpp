// Jobs that need others, and jobs that ended in an earlier run: when they start, or end without
// starting.
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>

#include "batch/engine.hpp"
#include "batch/resumed_needs.hpp"

namespace weir {

/// The job does not run again, but those that need it learn how it ended.
void engine::end_earlier(job_record& job) {
  const verdict judged = judged_earlier(job.spec.earlier);
  const std::uint64_t seq = job.spec.seq;
  const bool may_fail = job.spec.settings->allow_failure;
  attempt_result earlier;
  if (job.spec.earlier_end) earlier.how = *job.spec.earlier_end;
  if (settings_.needs) needs_.add(seq, job.spec.name, {});
  end(job, earlier, judged);  // job no longer exists
  if (settings_.needs) follow_needs(needs_.ended(seq, judged, may_fail));
}

/// A job is admitted when everything it needs has ended, and waits for that outside the scheduler.
awaitable<> engine::take_in(job_record& job) {
  if (!settings_.needs) {
    enter(job, job_stage::pending);
    co_await admit(job);
  } else {
    const std::uint64_t seq = job.spec.seq;
    needs_graph::step step = needs_.add(seq, job.spec.name, job.spec.needs);
    job.follows_up = needs_.follows_up(seq);
    const bool ready = std::erase(step.ready, seq) > 0;
    if (!may_run(job)) {
      finish_unstarted(job);
    } else {
      enter(job, ready ? job_stage::pending : job_stage::needing);
      if (ready) co_await admit(job);
    }
    follow_needs(step);
  }
  co_await wait_for_memory();
}

/// Starts what became ready, and ends what never will be.
void engine::follow_needs(const needs_graph::step& step) {
  for (const auto& skip : step.skipped) {
    if (job_record* const job = lives_.needing(skip.seq))
      end(*job, ended_now(timers_.time(), skipped{skip.reason}), verdict::skipped);
  }
  for (const std::uint64_t seq : step.ready) {
    job_record* const job = lives_.needing(seq);
    if (job == nullptr) continue;
    announce(job_ready{job->spec, timers_.time().now()});
    start_ready(*job);
  }
}

void engine::start_ready(job_record& job) {
  if (is_held(job)) return enter(job, job_stage::held);
  enter(job, job_stage::pending);
  if (try_admit(job)) return;
  boost::asio::co_spawn(loop_, admit(job), [this](std::exception_ptr error) {
    if (error) fatal(error);
  });
}

}  // namespace weir
