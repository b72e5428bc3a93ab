// The rules about what starts wait for, and about what a run is told while it goes on.
#include <algorithm>

#include <weir/process_settings.hpp>

#include "simulation/invariants.hpp"
#include "simulation/simulated_gates.hpp"

namespace simulation {

using namespace weir;

namespace {

bool has_terminal(const job_settings& settings) {
  return settings.process && settings.process->foreground;
}

}  // namespace

// Slots, pools and claims.

void invariants::slots_changed(int by) {
  if (slots_ == no_limit) return;
  slots_were_changed_ = true;
  if (by > 0 || slots_ > 1) slots_ = static_cast<std::uint64_t>(static_cast<int>(slots_) + by);
  most_slots_ = std::max(most_slots_, slots_);
}

void invariants::check_room(const job_spec& job) {
  slots_taken_ += job.settings->weight;
  if (slots_taken_ > most_slots_)
    broken(rule::limits, std::to_string(slots_taken_) + " slots are taken");
  const bool alone = slots_taken_ == job.settings->weight;
  if (slots_were_changed_ && slots_taken_ > slots_ && !alone && !of(job).again_at_once)
    broken(rule::limits, job_text(job.seq) + " starts beyond the limit that was set");
  for (const auto& [name, units] : job.settings->pools) {
    unsigned capacity = 0;
    for (const auto& [pool, most] : plan_.engine.pools)
      if (pool == name) capacity = most;
    if ((pools_taken_[name] += units) > capacity)
      broken(rule::limits, "pool " + name + " is taken " + std::to_string(pools_taken_[name]));
  }
}

/// A job that claims more than there is runs when no other does that claims any.
void invariants::check_claims(const job_spec& job) {
  const resource_claims& own = job.settings->claims;
  resource_claims sum = own;
  bool memory_alone = true, cpus_alone = true, others = false,
       terminal = has_terminal(*job.settings);
  for (const seen_job& other : jobs_) {
    if (!other.executing) continue;
    const job_settings& settings = other.plan->settings;
    others = true;
    terminal = terminal || has_terminal(settings);
    sum.memory += settings.claims.memory;
    sum.cpus += settings.claims.cpus;
    sum.gpus += settings.claims.gpus;
    memory_alone = memory_alone && settings.claims.memory == 0;
    cpus_alone = cpus_alone && settings.claims.cpus <= 0;
  }
  if (others && terminal)
    broken(rule::limits, job_text(job.seq) + " runs beside one with the terminal");
  if (!plan_.engine.capacity) return;
  const resource_claims& most = *plan_.engine.capacity;
  if (own.memory > 0 && most.memory > 0 && sum.memory > most.memory && !memory_alone)
    broken(rule::limits, job_text(job.seq) + " claims memory that others have");
  if (own.cpus > 0 && most.cpus > 0 && sum.cpus > most.cpus + 0.01 && !cpus_alone)
    broken(rule::limits, job_text(job.seq) + " claims CPUs that others have");
  if (own.gpus > 0 && sum.gpus > most.gpus)
    broken(rule::limits, job_text(job.seq) + " claims GPUs that others have");
}

/// Whether any job that has not started claims what others have: those behind it wait with it.
bool invariants::waits_for_claims() const {
  if (!plan_.engine.capacity) return false;
  const resource_claims& most = *plan_.engine.capacity;
  resource_claims taken;
  for (const seen_job& job : jobs_) {
    if (!job.executing) continue;
    taken.memory += job.plan->settings.claims.memory;
    taken.cpus += job.plan->settings.claims.cpus;
    taken.gpus += job.plan->settings.claims.gpus;
  }
  return executing() > 0 && std::ranges::any_of(jobs_, [&](const seen_job& job) {
           if (!job.accepted || job.ended || job.executing) return false;
           const resource_claims& own = job.plan->settings.claims;
           return (own.memory > 0 && most.memory > 0 && taken.memory + own.memory > most.memory) ||
                  (own.cpus > 0 && most.cpus > 0 && taken.cpus + own.cpus > most.cpus) ||
                  (own.gpus > 0 && taken.gpus + own.gpus > most.gpus);
         });
}

void invariants::check_gates(const job_spec& job) {
  if (of(job).again_at_once) return;
  if (paused_) broken(rule::control, job_text(job.seq) + " starts while starts are paused");
  const bool first = plan_.gate.lets_one_run && executing() == 0;
  if (gate != nullptr && gate->is_closed() && !first)
    broken(rule::gates, job_text(job.seq) + " starts while the machine wants none");
}

/// Only where nothing but slots can hold up a job.
void invariants::check_nobody_waits_for_nothing() {
  const engine_settings& engine = plan_.engine;
  const bool simple = all_alike_ && engine.limit && !engine.needs && !engine.read_first &&
                      engine.delay == duration{};
  if (!simple || room_missing_ || suspended_ || paused_ || is_stopped()) return;
  if (gate != nullptr && gate->holds_up(timers_.now())) return;
  const bool no_token = tokens != nullptr && !tokens->are_there() &&
                        slots_taken_ >= tokens->taken() + tokens->free_jobs();
  if (unstarted_ > 0 && slots_taken_ < slots_ && !no_token && !waits_for_claims())
    broken(rule::progress, "a job waits, and nothing holds it up");
}

// Tokens.

/// Nothing is left to do: each token that was taken is one that a job needs.
void invariants::check_tokens() {
  if (tokens == nullptr) return;
  const std::size_t running = executing();
  const std::size_t needed = running - std::min(running, tokens->free_jobs());
  if (tokens->taken() != needed)
    broken(rule::tokens, std::to_string(running) + " jobs run with " +
                             std::to_string(tokens->taken()) + " tokens");
}

void invariants::check_tokens_at_end() {
  if (tokens == nullptr) return;
  if (tokens->taken() != 0 || !tokens->are_conserved(0))
    broken(rule::tokens, "not all tokens were given back");
}

void invariants::tokens_died(bool conserved) {
  note("killed", 0);
  if (!conserved) broken(rule::tokens, "a run that was killed keeps tokens");
}

// Control.

void invariants::slots_set(std::uint64_t number) {
  note("limit", number);
  slots_were_changed_ = true;
  slots_ = number == 0 ? no_limit : number;
  most_slots_ = std::max(most_slots_, slots_);
}

bool invariants::is_unwanted(std::uint64_t seq) {
  note("unwanted", seq);
  if (seq >= jobs_.size() || !jobs_[seq].accepted || jobs_[seq].ended) return false;
  return jobs_[seq].unwanted = true;
}

void invariants::unwanted_was_told(std::uint64_t seq, bool there, std::size_t found) {
  if (found != (there ? 1U : 0U))
    broken(rule::control, job_text(seq) + " should have been found once, and was " +
                              std::to_string(found) + " times");
  if (there && jobs_[seq].executing && !jobs_[seq].asked_to_end)
    broken(rule::control, job_text(seq) + " goes on, and nobody wants it");
}

void invariants::was_added(std::uint64_t seq, const std::string& refused, std::size_t most) {
  note("added", seq);
  if (refused.empty()) {
    ++added_;
    input_ended_ = false;
  } else if (!is_stopped() && plan_.source_fails_after == 0 && open_ > 0 && added_ + 1 <= most) {
    broken(rule::control, "a job could not be added: " + refused);
  }
}

/// A run that is resumed has also what was added to the one before.
void invariants::check_all_accepted() {
  std::uint64_t given = 0, added = 0;
  for (const seen_job& job : jobs_)
    if (job.accepted) ++(job.plan->is_added ? added : given);
  const auto all = std::ranges::count(plan_.jobs, false, &planned_job::is_added);
  if (given != static_cast<std::uint64_t>(all))
    broken(rule::progress, "the input was not read to its end");
  if (added < added_) broken(rule::control, "a job that was added has not run");
}

bool invariants::anything_stands_still() const {
  return std::ranges::any_of(jobs_,
                             [](const seen_job& job) { return job.executing && job.stands_still; });
}

void invariants::memory_was_told(bool is_short) {
  note("memory", is_short ? 1 : 0);
  const auto is_awake = [](const seen_job& job) { return job.executing && !job.stands_still; };
  if (is_short && executing() > 0 && std::ranges::none_of(jobs_, is_awake))
    broken(rule::control, "every job stands still for want of memory");
}

void invariants::parts_are_ended(ending how, unsigned parts) {
  note(how == ending::kill ? "kill parts" : "end parts", parts);
  if (parts == 0 || killed_ || asked_ + (halted_ ? 1U : 0U) > 1) return;
  const bool in_haste = !halted_ && first_ask_ == stop_request::terminate;
  const duration wait = in_haste ? plan_.engine.stop.term_timeout : plan_.engine.stop.wait_timeout;
  if (!is_stopped() || timers_.now() < first_stop_ + wait)
    broken(rule::shields, "shielded parts of jobs are ended before their deadline");
}

}  // namespace simulation
