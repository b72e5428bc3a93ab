#include "cluster/pilot_room.hpp"

#include <algorithm>

#include "cluster/pilot_executor.hpp"
#include "cluster/pilot_worker.hpp"
#include "text/size.hpp"

namespace weir {

bool pilot_room::lets_start(const job_spec& job, time_point) {
  if (!all_.any_hope()) all_.give_up_soon();
  // Otherwise it is held only for a moment, and no reason is looked for.
  if (!on_its_way_ && all_.waiting_.empty()) {
    // It has to be told that it cannot run.
    if (all_.any_hope() && !all_.any_hope_for(*job.settings)) return true;
    found_ = all_.worker_for(*job.settings);
    found_for_ = job.seq;
    if (found_ != nullptr) return true;
    reason_ = shortage(job);
  }
  refused_ = true;
  return false;
}

/// Text to follow "held up by".
std::string pilot_room::shortage(const job_spec& job) const {
  resource_claims left;
  bool any = false;
  bool memory_fits = false;
  bool cpus_fit = false;
  bool gpus_fit = false;
  const resource_claims& wanted = job.settings->claims;
  for (const auto& each : all_.workers_) {
    if (!each->takes_jobs() || !each->launch().bears(job.settings->on)) continue;
    any = true;
    const resource_claims there = each->machine().left();
    left = {std::max(left.memory, there.memory), std::max(left.cpus, there.cpus),
            std::max(left.gpus, there.gpus)};
    memory_fits |= each->machine().has_memory_for(wanted);
    cpus_fit |= each->machine().has_cpus_for(wanted);
    gpus_fit |= each->machine().has_gpus_for(wanted);
  }
  if (!any) return "workers that are not ready";
  if (!memory_fits)
    return "claims of memory (needs " + short_size(wanted.memory) + ", at most " +
           short_size(left.memory) + " free on a worker)";
  if (!cpus_fit)
    return "claims of CPUs (needs " + short_number(wanted.cpus) + ", at most " +
           short_number(left.cpus) + " free on a worker)";
  if (!gpus_fit)
    return "claims of GPUs (needs " + std::to_string(wanted.gpus) + ", at most " +
           std::to_string(left.gpus) + " free on a worker)";
  return "lack of room on workers";
}

}  // namespace weir
