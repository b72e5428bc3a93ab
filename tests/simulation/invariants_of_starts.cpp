// The rules about what starts wait for, and about what a run is told while it goes on.
#include <algorithm>

#include "simulation/invariants.hpp"
#include "simulation/simulated_gates.hpp"

namespace simulation {

using namespace weir;

// Slots and gates.

void invariants::slots_changed(int by) {
  if (slots_ == no_limit) return;
  slots_were_changed_ = true;
  if (by > 0 || slots_ > 1) slots_ = static_cast<std::uint64_t>(static_cast<int>(slots_) + by);
  most_slots_ = std::max(most_slots_, slots_);
}

/// The job itself runs already.
void invariants::check_gates(const job_spec& job) {
  if (of(job).again_at_once) return;
  const bool first = plan_.gate.lets_one_run && executing() == 1;
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
  set_slots(number == 0 ? std::nullopt : std::optional(number));
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
  if (there && attempts_[seq].runs && !attempts_[seq].asked_to_end)
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
    if (job.accepted) ++(job.added ? added : given);
  const auto all = std::ranges::count(plan_.jobs, false, &planned_job::is_added);
  if (given != static_cast<std::uint64_t>(all))
    broken(rule::progress, "the input was not read to its end");
  if (added < added_) broken(rule::control, "a job that was added has not run");
}

bool invariants::anything_stands_still() const {
  return std::ranges::any_of(running_, [this](std::uint64_t seq) { return !is_awake(seq); });
}

void invariants::memory_was_told(bool is_short) {
  note("memory", is_short ? 1 : 0);
  // One that has died, and whose end is yet to be judged, does not run any more.
  const auto runs = [this](std::uint64_t seq) { return attempts_[seq].runs; };
  const auto awake = [&](std::uint64_t seq) { return runs(seq) && is_awake(seq); };
  if (is_short && std::ranges::any_of(running_, runs) && std::ranges::none_of(running_, awake))
    broken(rule::control, "every job stands still for want of memory");
}

void invariants::part_is_ended(const job_spec& job, bool told, bool known) {
  note("end part", job.seq);
  if (killed_ || of(job).unwanted) return;
  if (!told)
    broken(rule::shields, "a part of " + job_text(job.seq) + " is ended before what waits for it");
  if (!known || job.settings->shield || asked_ + (halted_ ? 1U : 0U) > 1) return;
  if (!is_stopped() || timers_.now() < first_stop_ + shields_last())
    broken(rule::shields, "a part of " + job_text(job.seq) + " is ended before its deadline");
}

}  // namespace simulation
