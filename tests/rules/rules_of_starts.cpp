// The rules about what starts take and wait for: slots, weights, pools, claims, the terminal.
#include <algorithm>

#include <weir/process_settings.hpp>

#include "rules/run_rules.hpp"

namespace rules {

using namespace weir;

namespace {

bool has_terminal(const job_settings& settings) {
  return settings.process && settings.process->foreground;
}

/// CPUs are parts of whole ones, which add up only nearly.
constexpr double nearly = 0.01;

}  // namespace

/// Needs hold up jobs that have been read.
void run_rules::check_pending(std::uint64_t more) {
  if (!settings_.limit || settings_.needs) return;
  if (unstarted_ > settings_.pending_limit + most_slots_ + more)
    broken(rule::pending, std::to_string(unstarted_) + " jobs wait, and another is asked for");
}

void run_rules::set_slots(std::optional<std::uint64_t> number) {
  slots_were_changed_ = true;
  slots_ = number.value_or(no_limit);
  most_slots_ = std::max(most_slots_, slots_);
}

/// What claims more than there is runs when nothing else takes any of it.
void run_rules::take_room(const job_spec& job, unsigned slot) {
  if (slot >= slot_holders_.size()) slot_holders_.resize(slot + 1);
  if (slot_holders_[slot] != 0)
    broken(rule::limits, "slot " + std::to_string(slot) + " has two jobs");
  slot_holders_[slot] = job.seq;
  seen_job& seen = of(job);
  seen.slot = slot;
  if (!seen.executing) running_.push_back(job.seq);
  seen.executing = true;
  slots_taken_ += job.settings->weight;
  const bool alone = slots_taken_ == job.settings->weight;
  if (slots_taken_ > most_slots_ && !alone)
    broken(rule::limits, std::to_string(slots_taken_) + " slots are taken");
  if (slots_were_changed_ && slots_taken_ > slots_ && !alone && !seen.again_at_once)
    broken(rule::limits, job_text(job.seq) + " starts beyond the limit that was set");
  for (const auto& [name, units] : job.settings->pools)
    for (std::size_t i = 0; i < pools_taken_.size(); ++i) {
      const auto& [pool, capacity] = settings_.pools[i];
      if (pool != name) continue;
      pools_taken_[i] += units;
      if (pools_taken_[i] > capacity && pools_taken_[i] > units)
        broken(rule::limits, "pool " + name + " is taken " + std::to_string(pools_taken_[i]));
    }
}

void run_rules::leave_room(const job_spec& job) {
  seen_job& seen = of(job);
  if (!seen.executing) return;
  seen.executing = false;
  std::erase(running_, job.seq);
  if (slot_holders_[seen.slot] == job.seq) slot_holders_[seen.slot] = 0;
  slots_taken_ -= job.settings->weight;
  for (const auto& [name, units] : job.settings->pools)
    for (std::size_t i = 0; i < pools_taken_.size(); ++i)
      if (settings_.pools[i].first == name) pools_taken_[i] -= units;
}

/// Called before the job takes room. One that claims more than there is runs when no other does
/// that claims any.
void run_rules::check_claims(const job_spec& job) {
  if (running_.empty()) return;
  const auto is_at_terminal = [this](std::uint64_t seq) {
    return has_terminal(*jobs_[seq].settings);
  };
  if (has_terminal(*job.settings) || std::ranges::any_of(running_, is_at_terminal))
    broken(rule::limits, job_text(job.seq) + " runs beside one with the terminal");
  if (!settings_.capacity) return;
  const resource_claims& own = job.settings->claims;
  const resource_claims& most = *settings_.capacity;
  const resource_claims taken = taken_now();
  if (own.memory > 0 && most.memory > 0 && taken.memory > 0 &&
      taken.memory + own.memory > most.memory)
    broken(rule::limits, job_text(job.seq) + " claims memory that others have");
  if (own.cpus > 0 && most.cpus > 0 && taken.cpus > 0 && taken.cpus + own.cpus > most.cpus + nearly)
    broken(rule::limits, job_text(job.seq) + " claims CPUs that others have");
  if (own.gpus > 0 && taken.gpus + own.gpus > most.gpus)
    broken(rule::limits, job_text(job.seq) + " claims GPUs that others have");
}

/// What the running jobs claim.
resource_claims run_rules::taken_now() const {
  resource_claims taken;
  for (const std::uint64_t seq : running_) {
    const resource_claims& each = jobs_[seq].settings->claims;
    taken.memory += each.memory;
    taken.cpus += each.cpus;
    taken.gpus += each.gpus;
  }
  return taken;
}

/// Whether any job that has not started claims what others have: those behind it wait with it.
bool run_rules::waits_for_claims() const {
  if (!settings_.capacity || running_.empty()) return false;
  const resource_claims& most = *settings_.capacity;
  const resource_claims taken = taken_now();
  return std::ranges::any_of(jobs_, [&](const seen_job& job) {
    if (!job.accepted || job.ended || job.executing) return false;
    const resource_claims& own = job.settings->claims;
    return (own.memory > 0 && most.memory > 0 && taken.memory + own.memory > most.memory) ||
           (own.cpus > 0 && most.cpus > 0 && taken.cpus + own.cpus > most.cpus) ||
           (own.gpus > 0 && taken.gpus + own.gpus > most.gpus);
  });
}

}  // namespace rules
