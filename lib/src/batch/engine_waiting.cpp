// Why jobs have not started, for those who ask.
#include <algorithm>
#include <string>

#include "batch/engine.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

/// How many of the jobs that one needs are called by their names.
constexpr std::size_t most_needs = 3;

std::string of_those(std::int64_t part, std::int64_t whole, std::string_view what) {
  return " (" + std::to_string(part) + " of " + std::to_string(whole) + ' ' + std::string(what) +
         ')';
}

}  // namespace

std::string_view to_string(start_wait what) {
  switch (what) {
    case start_wait::needs:
      return "needs";
    case start_wait::slot:
      return "slot";
    case start_wait::weight:
      return "weight";
    case start_wait::pool:
      return "pool";
    case start_wait::label:
      return "label";
    case start_wait::turn:
      return "turn";
    case start_wait::gate:
      return "gate";
    case start_wait::input:
      return "input";
    case start_wait::halt:
      return "halt";
    case start_wait::stop:
      return "stop";
  }
  return "slot";
}

void engine::hear(const waiting_asked& e) {
  waiting_asked::answer& told = *e.told;
  unended_jobs unended;
  if (lives_.any_needing())
    for (const job_record& job : lives_.all())
      if (job.stage != job_stage::ended) unended[job.spec.seq] = &job.spec;
  for (const job_record& job : lives_.all()) {
    // One that has passed the gate just now may be about to run.
    const bool starts = job.stage == job_stage::starting && gate_.held_by().empty();
    if (starts || job.stage == job_stage::ended || job.stage == job_stage::running ||
        job.stage == job_stage::resting)
      continue;
    if (told.jobs.size() < e.most)
      told.jobs.push_back(waiting(job, unended));
    else
      ++told.more;
  }
}

waiting_job engine::waiting(const job_record& job, const unended_jobs& unended) const {
  waiting_job is{job.spec.seq, title(job.spec), start_wait::slot, {}};
  if (!may_run(job)) {
    is.what = start_wait::stop;
    is.why = "the run to stop";
  } else if (job.stage == job_stage::needing) {
    is.what = start_wait::needs;
    is.why = needs_of(job.spec, unended);
  } else if (job.stage == job_stage::held) {
    is.what = start_wait::halt;
    is.why = "the jobs that the halt ends";
  } else if (job.stage == job_stage::starting) {
    is.what = start_wait::gate;
    is.why = gate_.held_by();
  } else if (scheduler_.paused()) {
    is.what = start_wait::input;
    is.why = "the rest of the input";
  } else if (!waits_for_pool(*job.spec.settings, is)) {
    wait_for_slots(job.spec.settings->weight, is);
  }
  return is;
}

std::string engine::needs_of(const job_spec& job, const unended_jobs& unended) {
  std::string names;
  std::size_t found = 0;
  for (const need& each : job.needs) {
    const auto needed = unended.find(each.seq);
    if (needed == unended.end()) continue;
    if (++found <= most_needs) names += (found == 1 ? "" : ", ") + escape(title(*needed->second));
  }
  if (found > most_needs) names += " and " + std::to_string(found - most_needs) + " more";
  return (found == 1 ? "job " : "jobs ") + names;
}

/// The label first: where no worker has it, nothing else matters.
bool engine::waits_for_pool(const job_settings& settings, waiting_job& to) const {
  const auto lacks = [this](std::string_view pool, std::int64_t units) {
    const std::int64_t used = scheduler_.pool_used(pool);
    const std::int64_t capacity = scheduler_.pool_capacity(pool);
    return used == 0 ? capacity == 0 : units > capacity - used;
  };
  const std::string label = label_pool(settings.on);
  if (std::ranges::find(settings_.labels, settings.on) != settings_.labels.end() &&
      lacks(label, settings.weight)) {
    const std::int64_t capacity = scheduler_.pool_capacity(label);
    to.what = start_wait::label;
    to.why = "a worker with the label " + escape(settings.on);
    if (capacity == 0)
      to.why += " (none is ready)";
    else
      to.why += of_those(scheduler_.pool_used(label), capacity, "slots taken");
    return true;
  }
  for (const auto& [pool, units] : settings.pools) {
    if (!lacks(pool, units)) continue;
    to.what = start_wait::pool;
    if (units > 1) to.why = std::to_string(units) + " units of ";
    to.why += "pool " + escape(pool);
    to.why += of_those(scheduler_.pool_used(pool), scheduler_.pool_capacity(pool), "taken");
    return true;
  }
  return false;
}

void engine::wait_for_slots(unsigned weight, waiting_job& to) const {
  const std::int64_t used = scheduler_.slots_used();
  const std::int64_t limit = scheduler_.limit();
  if (weight <= limit - used) {
    to.what = start_wait::turn;
    to.why = "its turn: what is free is kept for jobs before it";
    return;
  }
  to.what = weight == 1 ? start_wait::slot : start_wait::weight;
  to.why = weight == 1 ? "a slot" : std::to_string(weight) + " slots";
  // A job at the gate has its slots already, though it does not run.
  const std::string also = held_ > 0 ? ", also by what is held up" : "";
  to.why += of_those(used, limit, "taken" + also);
}

}  // namespace weir
