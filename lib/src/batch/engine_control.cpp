// What its users tell a run while it is running.
#include <algorithm>
#include <vector>

#include <weir/error.hpp>

#include "batch/engine.hpp"
#include "text/escape.hpp"

namespace weir {

/// Jobs running beyond a lowered limit are left to end by themselves; those that have a slot but
/// wait to start keep waiting.
void engine::set_limit(std::optional<std::uint64_t> jobs) {
  limit_.set(jobs);
  scheduler_.set_limit(jobs ? static_cast<std::int64_t>(*jobs) : unlimited);
  open_gate();
}

void engine::hear(const limit_set& e) {
  set_limit(e.jobs);
  announce(e);
}

void engine::hear(const starts_paused& e) {
  start_stop_.set_paused(e.now);
  open_gate();
}

/// While the whole run is suspended, all of them are stopped, and resuming lets them go on.
void engine::hear(const memory_short& e) {
  job_record* youngest = nullptr;  // of those that run
  job_record* oldest = nullptr;    // of those that were stopped
  std::size_t awake = 0;
  for (job_record* job : lives_.with_slot()) {
    if (job->attempt == nullptr) continue;
    awake += job->stopped_for_memory ? 0 : 1;
    job_record*& chosen = job->stopped_for_memory ? oldest : youngest;
    const bool later = chosen != nullptr && job->start > chosen->start;
    if (chosen == nullptr || later != job->stopped_for_memory) chosen = job;
  }
  if (e.now && awake > 1) {
    youngest->stopped_for_memory = true;
    youngest->attempt->suspend();
  } else if (oldest != nullptr && (!e.now || awake == 0)) {
    oldest->stopped_for_memory = false;
    oldest->attempt->resume();
  }
}

void engine::hear(const jobs_unwanted& e) {
  std::vector<job_record*> all;
  for (job_record& job : lives_.all())
    if (job.stage != job_stage::ended && e.which(job.spec)) all.push_back(&job);
  if (e.found) *e.found = all.size();
  for (job_record* job : all) {
    job->unwanted = job->last_attempt = true;
    if (job->attempt != nullptr) job->attempt->end_alone(e.kill ? ending::kill : ending::terminate);
  }
  // Those that wait for a slot end now, and not when they would get one.
  std::erase_if(all, [](const job_record* job) { return job->stage != job_stage::pending; });
  for (job_record* job : all) job->queued = true;
  end_waiting();
  for (job_record* job : all) finish_unstarted(*job);
}

void engine::hear(const total_known& e) {
  foretold_ = e.total;
  announce(e);
}

/// As long as a job has not ended, or may still come, the run takes more.
std::string engine::why_none_added() const {
  if (over_ || (input_ended_ && lives_.all().empty())) return "the run is over";
  if (stop_.stopping()) return "the run is being stopped (" + stop_reason_ + ')';
  if (result_.error) return "the run's input could not be read to its end";
  return {};
}

/// They wait in the source, where the pending places have an end: the run goes on until they are
/// taken from there, too. Those that were taken and wait, as for jobs that they need, count as
/// well.
void engine::hear(const job_wanted& e) {
  job_wanted::answer& told = *e.told;
  told.refused = why_none_added();
  if (!told.refused.empty()) return;
  try {
    const std::size_t most = std::max<std::size_t>(settings_.pending_limit, 1);
    told.jobs = source_.add_line(e.line, most - std::min(most, lives_.added_waiting()));
  } catch (const usage_error& error) {
    told.refused = error.what();
    return;
  }
  const std::size_t more = told.jobs.size();
  announce(controlled{"add " + escape(e.line), e.line, told.jobs.front().seq, more});
  if (!foretold_ && input_ended_) foretold_ = result_.accepted;
  if (foretold_) announce(total_known{* foretold_ += more});
  if (input_ended_) read_jobs();
}

}  // namespace weir
