#include "simulation/invariants.hpp"

#include <algorithm>
#include <utility>

#include "simulation/simulated_gates.hpp"

namespace simulation {

using namespace weir;
using namespace std::chrono_literals;

namespace {

/// How much a waiting writer may hold; see spool_limits::queued.
constexpr std::size_t most_queued = std::size_t{5} << 20;
/// Time goes only where there is a deadline.
constexpr auto slack = 1s;

}  // namespace

invariants::invariants(const scenario& plan, timer_queue& timers)
    : run_rules(plan.engine, timers),
      numbers(plan),
      plan_(plan),
      attempts_(plan.jobs.size() + 1),
      ended_when_idle_(plan.jobs.size() + 1),
      output_(plan),
      on_record_(plan) {
  knows_unwanted_ = true;
  jobs_.resize(plan.jobs.size() + 1);
  for (const planned_job& job : plan.jobs) {
    const bool special = job.settings.weight > 1 || !job.settings.pools.empty();
    if (special || job.settings.process) all_alike_ = false;
  }
}

void invariants::broken(rule r, std::string how) {
  if (looks_away_) return;
  if (keeps_trace) trace.push_back("!! " + how);
  if (!found_) found_ = violation{r, std::move(how)};
}

/// Adds to the fingerprint, and to the trace.
void invariants::note(std::string_view what, std::uint64_t number) {
  const auto at = static_cast<std::uint64_t>(timers_.time().now().time_since_epoch().count());
  for (const std::uint64_t each : {std::uint64_t(what.size()), number, at})
    fingerprint_ = (fingerprint_ ^ each) * 0x100000001b3;
  if (!keeps_trace) return;
  const auto ms = at / 1'000'000 - 3'600'000;
  trace.push_back(std::to_string(ms) + " ms  " + std::string(what) + ' ' + std::to_string(number));
}

void invariants::note_event(const event& e) {
  if (const auto* accepted = std::get_if<job_accepted>(&e)) note("accepted", accepted->job.seq);
  if (const auto* failed = std::get_if<attempt_failed>(&e)) {
    note("tried again", failed->job.seq);
    check_death(failed->job, true);
  }
  if (const auto* asked = std::get_if<stop_asked>(&e))
    note("stop asked", static_cast<std::uint64_t>(asked->what));
  if (const auto* changed = std::get_if<stop_changed>(&e))
    note("stop", static_cast<std::uint64_t>(changed->phase));
  if (std::holds_alternative<process_stuck>(e)) note("stuck", 0);
}

void invariants::on(const event& e) {
  const auto* const ended = std::get_if<job_ended>(&e);
  if (ended == nullptr) {
    note_event(e);
  } else {
    note("ended", ended->job.seq * 8 + static_cast<std::uint64_t>(ended->judged));
    if (attempt_of(ended->job).runs)
      broken(rule::one_end, job_text(ended->job.seq) + " ends while it runs");
    check_death(ended->job, ended->judged == verdict::failed);
    output_.ended(ended->job.seq);
    on_record_.ended(*ended);
    ended_since_.push_back(ended->job.seq);
  }
  run_rules::on(e);
}

/// What was told as started, and nothing else.
void invariants::attempt_begins(const attempt_request& request) {
  const job_spec& spec = request.job;
  note("begins", spec.seq);
  const seen_job& job = of(spec);
  if (!job.executing || job.begun != request.attempt || job.slot != request.slot)
    broken(rule::one_end, job_text(spec.seq) + " begins otherwise than was told");
  seen_attempt& attempt = attempt_of(spec);
  if (std::exchange(attempt.runs, true))
    broken(rule::limits, job_text(spec.seq) + " runs twice at once");
  attempt.stands_still = attempt.asked_to_end = attempt.died_of_term = false;
  on_record_.begins(spec.seq);
  check_gates(spec);
  check_start_after_stop(spec);
}

void invariants::attempt_is_over(const job_spec& spec) {
  note("is over", spec.seq);
  attempt_of(spec).runs = false;
}

void invariants::attempt_dies_of_term(const job_spec& job) {
  note("dies of TERM", job.seq);
  attempt_of(job).died_of_term = true;
}

/// Whoever sends the signal is about to send it to the run as well.
void invariants::check_death(const job_spec& job, bool failed) {
  if (attempt_of(job).died_of_term && failed)
    broken(rule::stopped,
           job_text(job.seq) + " counts as failed, of the signal that stops the run");
}

void invariants::attempt_stands_still(const job_spec& job, bool now) {
  attempt_of(job).stands_still = now;
}

void invariants::wrote(const job_spec& job, output_stream which, std::string_view line) {
  output_.wrote(job.seq, which, line);
  on_record_.wrote(job.seq, which, line);
}

void invariants::attempt_is_ended(const job_spec& job, ending how) {
  note(how == ending::kill ? "kill" : "terminate", job.seq);
  attempt_of(job).asked_to_end = true;
  if (!job.settings->shield || killed_ || of(job).unwanted) return;
  if (asked_ + (halted_ ? 1U : 0U) != 1) return;  // further requests end shielded jobs, too
  if (timers_.now() < first_stop_ + shields_last())
    broken(rule::shields, "shielded " + job_text(job.seq) + " is ended before its deadline");
}

// The run.

void invariants::step(std::size_t queued_memory) {
  if (queued_memory > most_queued)
    broken(rule::memory, std::to_string(queued_memory) + " bytes wait for a reader");
}

std::vector<bool> invariants::running() const {
  std::vector<bool> some;
  for (const seen_attempt& each : attempts_) some.push_back(each.runs);
  return some;
}

void invariants::idle() {
  check_nobody_waits_for_nothing();
  check_tokens();
  for (const std::uint64_t seq : ended_since_) ended_when_idle_[seq] = true;
  ended_since_.clear();
  check_deadlines(slack);
}

void invariants::run_is_over(const run_result& result, int status, int error,
                             const std::array<std::string, 2>& received,
                             const unwritten_bytes* told) {
  note("over", static_cast<std::uint64_t>(status));
  run_rules::run_is_over(result, status);
  const bool all_read = is_stopped() || plan_.source_fails_after != 0;
  if (!all_read) check_all_accepted();
  check_tokens_at_end();
  const bool full = plan_.spools.no_directory && result.output_error != 0;
  const bool lost = error != 0 || full || result.output_given_up;
  if (result.output_given_up && error == 0 && output_.has_all(received))
    broken(rule::output, "output is said to be lost, and is there");
  if (lost && status < 3) broken(rule::output, "output is lost, and the status does not say so");
  if (std::string wrong = output_.check(received, lost); !wrong.empty())
    broken(rule::output, std::move(wrong));
  else if (told != nullptr)
    if (wrong = output_.check_told(*told); !wrong.empty()) broken(rule::output, std::move(wrong));
}

}  // namespace simulation
