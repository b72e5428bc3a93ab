// What its users tell a run while it is running.
#include <algorithm>
#include <vector>

#include "batch/engine.hpp"

namespace weir {

/// Jobs running beyond a lowered limit are left to end by themselves.
void engine::hear(const limit_set& e) {
  scheduler_.set_limit(e.jobs ? static_cast<std::int64_t>(*e.jobs) : unlimited);
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
    if (job->attempt != nullptr) job->attempt->end(e.kill ? ending::kill : ending::terminate);
  }
  end_waiting();
}

}  // namespace weir
