// The rules about jobs and the run; invariants_of_starts.cpp has those about what holds up starts,
// and about what a run is told.
#include "simulation/invariants.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "simulation/simulated_gates.hpp"

namespace simulation {

using namespace weir;
using namespace std::chrono_literals;

namespace {

/// How much a waiting writer may hold; see spool_limits::queued.
constexpr std::size_t most_queued = std::size_t{5} << 20;
/// How long after its deadline a phase of stopping may end: killed jobs are reaped meanwhile.
constexpr auto slack = 1s;

}  // namespace

std::string_view words(rule r) {
  switch (r) {
    case rule::one_end:
      return "every job that was accepted has exactly one final event, and nothing after it";
    case rule::limits:
      return "never more runs than slots, weights, pools and claims allow, no two jobs share a "
             "slot, "
             "and a job with the terminal runs alone";
    case rule::tokens:
      return "a job for each of make's tokens, and every token that was taken is given back";
    case rule::gates:
      return "nothing starts while it is held up, and it starts when that is over";
    case rule::pending:
      return "the source is not read while as many jobs wait as may";
    case rule::needs:
      return "a job runs when what it needs has ended as it asks, and is skipped only if not";
    case rule::stopped:
      return "nothing starts after a stop, also no further attempt";
    case rule::shields:
      return "one request does not end a shielded job before its deadline";
    case rule::deadlines:
      return "every phase of stopping ends by its deadline";
    case rule::halt:
      return "--halt acts at the job that it counts to, and at no other";
    case rule::retries:
      return "a job is tried again as often and after as long as its policy says";
    case rule::control:
      return "what is asked of a run while it goes on is done";
    case rule::output:
      return "each byte of output arrives once, in order and untorn, or its loss is told";
    case rule::memory:
      return "memory stays bounded";
    case rule::status:
      return "the exit status, and how each job is counted, say what happened";
    case rule::progress:
      return "a run ends by itself, with every job run unless something stopped it";
    case rule::resume:
      return "after a crash nothing that ended runs again, and nothing is lost";
    case rule::repeatable:
      return "the same seed is the same history";
  }
  return {};
}

invariants::invariants(const scenario& plan, timer_queue& timers)
    : numbers(plan),
      plan_(plan),
      timers_(timers),
      jobs_(plan.jobs.size() + 1),
      ended_when_idle_(plan.jobs.size() + 1),
      output_(plan),
      most_slots_(plan.engine.limit.value_or(no_limit)),
      slots_(most_slots_),
      longest_close_(plan.engine.close_timeout) {
  for (const planned_job& job : plan.jobs) {
    longest_close_ = std::max(longest_close_, job.settings.close_timeout.value_or(duration{}));
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

void invariants::on(const event& e) {
  std::visit([this](const auto& one) { hear(one); }, e);
}

void invariants::hear(const job_accepted& e) {
  note("accepted", e.job.seq);
  seen_job& job = of(e.job);
  if (std::exchange(job.accepted, true)) broken(rule::one_end, job_text(e.job.seq) + " came twice");
  job.known = e.job.earlier;
  job.plan = &numbers.job(e.job.seq);
  job.needs = e.job.needs;
  ++accepted_;
  ++unstarted_;
  ++open_;
}

void invariants::source_is_read() {
  if (!plan_.engine.limit || plan_.engine.needs) return;
  if (unstarted_ > plan_.engine.pending_limit + most_slots_)
    broken(rule::pending, std::to_string(unstarted_) + " jobs wait, and another is asked for");
}

void invariants::attempt_begins(const attempt_request& request) {
  const job_spec& spec = request.job;
  note("begins", spec.seq);
  seen_job& job = of(spec);
  if (job.ended) broken(rule::one_end, job_text(spec.seq) + " runs after its end");
  if (job.executing) broken(rule::limits, job_text(spec.seq) + " runs twice at once");
  for (const seen_job& other : jobs_)
    if (other.executing && other.slot == request.slot)
      broken(rule::limits, "slot " + std::to_string(request.slot) + " has two jobs");
  check_room(spec);
  check_claims(spec);
  check_gates(spec);
  check_start_after_stop(spec);
  check_retry(spec, request.attempt);
  if (job.begun == 0) {
    --unstarted_;
    if (plan_.engine.needs) check_needs(spec, true);
  }
  ++job.begun;
  if (!std::exchange(job.executing, true)) ++executing_;
  job.again_at_once = job.stands_still = job.asked_to_end = false;
  job.slot = request.slot;
  if (job.unwanted) broken(rule::control, job_text(spec.seq) + " starts, and nobody wants it");
}

void invariants::attempt_is_over(const job_spec& spec, unsigned, const outcome& how) {
  note("is over", spec.seq);
  seen_job& job = of(spec);
  if (std::exchange(job.executing, false)) --executing_;
  job.last = how;
  slots_taken_ -= spec.settings->weight;
  for (const auto& [name, units] : spec.settings->pools) pools_taken_[name] -= units;
}

void invariants::wrote(const job_spec& job, output_stream which, std::string_view line) {
  output_.wrote(job.seq, which, line);
}

// Needs.

bool invariants::meets(const need& n) const {
  const seen_job& job = jobs_[n.seq];
  const bool tolerated = job.judged == verdict::failed && job.plan->settings.allow_failure;
  if (n.on == need_on::always) return true;
  if (n.on == need_on::success) return job.judged == verdict::succeeded || tolerated;
  return job.judged == verdict::failed || job.judged == verdict::cancelled;
}

bool invariants::are_met(const std::vector<need>& needs) const {
  std::map<std::uint32_t, bool> choices;
  for (const need& n : needs) {
    if (n.any_of == 0 && !meets(n)) return false;
    if (n.any_of != 0) choices[n.any_of] = choices[n.any_of] || meets(n);
  }
  return std::ranges::all_of(choices, [](const auto& each) { return each.second; });
}

void invariants::check_needs(const job_spec& job, bool met) {
  for (const need& n : job.needs)
    if (met && !jobs_[n.seq].ended)
      broken(rule::needs, job_text(job.seq) + " did not wait for " + job_text(n.seq));
  if (are_met(job.needs) != met)
    broken(rule::needs,
           job_text(job.seq) + (met ? " runs without what it needs" : " is skipped for nothing"));
}

bool invariants::follows_up(std::uint64_t seq) const {
  const std::vector<need>& needs = jobs_[seq].needs;
  const auto on_success = [](const need& n) { return n.on == need_on::success; };
  if (!std::ranges::all_of(needs, on_success)) return true;
  return !needs.empty() &&
         std::ranges::all_of(needs, [this](const need& n) { return follows_up(n.seq); });
}

// Stops.

void invariants::hear(const stop_asked& e) {
  note("stop asked", static_cast<std::uint64_t>(e.what));
  if (asked_++ == 0) first_ask_ = e.what;
  if (asked_ == 1 && !halted_) first_stop_ = timers_.now();
  killed_ = killed_ || e.what == stop_request::kill;
  last_ask_ = timers_.now();
}

void invariants::hear(const stop_changed& e) {
  note("stop", static_cast<std::uint64_t>(e.phase));
  if (e.reason != "--halt" || asked_ > 0) return;
  if (!std::exchange(halted_, true)) {
    first_stop_ = timers_.now();
    if (!halt_is_due_) broken(rule::halt, "it halts too early");
  }
}

void invariants::check_start_after_stop(const job_spec& job) {
  if (asked_ > 0) broken(rule::stopped, job_text(job.seq) + " starts after a stop");
  if (halted_ && !(plan_.engine.needs && follows_up(job.seq)))
    broken(rule::stopped, job_text(job.seq) + " starts after a halt");
  if (halted_ && plan_.engine.halt.when == halt_rule::urgency::now && of(job).begun == 0)
    check_halt_has_ended_others(job);
  if (halt_is_due_ && !halted_) broken(rule::halt, "it does not halt");
}

/// What follows up may rely on it that nothing else runs any more.
void invariants::check_halt_has_ended_others(const job_spec& job) {
  for (std::uint64_t other = 1; other < jobs_.size(); ++other)
    if (jobs_[other].executing && !follows_up(other))
      broken(rule::stopped,
             job_text(job.seq) + " starts before the halt has ended " + job_text(other));
}

void invariants::attempt_is_ended(const job_spec& job, ending how) {
  note(how == ending::kill ? "kill" : "terminate", job.seq);
  of(job).asked_to_end = true;
  if (!job.settings->shield || killed_ || of(job).unwanted) return;
  if (asked_ + (halted_ ? 1U : 0U) != 1) return;  // further requests end shielded jobs, too
  const bool in_haste = !halted_ && first_ask_ == stop_request::terminate;
  const duration wait = in_haste ? plan_.engine.stop.term_timeout : plan_.engine.stop.wait_timeout;
  if (timers_.now() < first_stop_ + wait)
    broken(rule::shields, "shielded " + job_text(job.seq) + " is ended before its deadline");
}

void invariants::hear(const process_stuck&) {
  note("stuck", 0);
  anything_stuck_ = true;
}

// Retries.

/// Journals record it, so it has to be true.
void invariants::hear(const attempt_started& e) {
  if (asked_ > 0)
    broken(rule::stopped, job_text(e.job.seq) + " is reported as started after a stop");
}

void invariants::hear(const attempt_failed& e) {
  note("tried again", e.job.seq);
  const retry_settings& retry = e.job.settings->retry;
  const duration usual = std::max<duration>(retry.backoff, 5min);
  const duration most = retry.longest_backoff > duration{} ? retry.longest_backoff : usual;
  duration expected = std::min(retry.backoff, most);
  for (unsigned i = 1; i < e.attempt; ++i) expected = std::min(expected * 2, most);
  if (e.delay != expected || e.attempt > retry.times)
    broken(rule::retries, job_text(e.job.seq) + " is tried again against its policy");
  if (asked_ > 0) broken(rule::stopped, job_text(e.job.seq) + " would be retried after a stop");
  if (of(e.job).unwanted) broken(rule::control, job_text(e.job.seq) + " would be tried again");
  of(e.job).again_at_once = e.delay == duration{};
  of(e.job).not_before = timers_.now() + e.delay / 2;
}

void invariants::check_retry(const job_spec& job, unsigned attempt) {
  const seen_job& seen = of(job);
  if (attempt != seen.begun + 1 || (attempt > 1 && !seen.not_before))
    broken(rule::retries, job_text(job.seq) + " has attempt " + std::to_string(attempt));
  if (seen.not_before && timers_.now() < *seen.not_before)
    broken(rule::retries, job_text(job.seq) + " is tried again too early");
}

/// Checks whether there should have been another attempt.
void invariants::check_last_attempt(const job_ended& e) {
  const retry_settings& retry = e.job.settings->retry;
  if (e.judged != verdict::failed || e.is_earlier() || is_stopped() || anything_stuck_) return;
  if (of(e.job).unwanted) return;
  const auto* const code = std::get_if<exited>(&e.result.how);
  const bool listed = code != nullptr && std::ranges::count(retry.exit_codes, code->code) > 0;
  const bool timeout = std::holds_alternative<timed_out>(e.result.how) && retry.on_timeout;
  if ((retry.all_failures || listed || timeout) && e.attempts <= retry.times)
    broken(rule::retries, job_text(e.job.seq) + " is given up too early");
}

// Ends.

void invariants::count_for_halt(const job_ended& e) {
  const halt_rule& halt = plan_.engine.halt;
  const bool counts = e.judged != verdict::not_started && e.judged != verdict::cancelled &&
                      !std::holds_alternative<skipped>(e.result.how) && !e.is_earlier();
  if (halt.when == halt_rule::urgency::never || !counts || is_stopped()) return;
  const bool allowed = e.job.settings->allow_failure;
  const bool matches =
      halt.what == halt_rule::event::done ||
      (halt.what == halt_rule::event::fail ? e.judged == verdict::failed && !allowed
                                           : e.judged == verdict::succeeded);
  if (matches) ++matching_;
  // No share can be reached before all jobs are known: histories have too few jobs.
  const bool share = input_ended_ && matching_ * 100 >= halt.count * accepted_;
  if (halt.percent ? share : matching_ >= halt.count) halt_is_due_ = true;
}

void invariants::hear(const job_ended& e) {
  note("ended", e.job.seq * 8 + static_cast<std::uint64_t>(e.judged));
  seen_job& job = of(e.job);
  if (std::exchange(job.ended, true)) broken(rule::one_end, job_text(e.job.seq) + " ends twice");
  if (job.executing) broken(rule::one_end, job_text(e.job.seq) + " ends while it runs");
  job.judged = e.judged;
  job.earlier = e.is_earlier();
  if (job.begun == 0) --unstarted_;
  --open_;
  output_.ended(e.job.seq);
  const bool by_needs = std::holds_alternative<skipped>(e.result.how) && !e.is_earlier();
  if (by_needs) check_needs(e.job, false);
  if (e.judged == verdict::failed && !e.job.settings->allow_failure) {
    ++failures_;
    if (halted_ && asked_ == 0 && plan_.engine.needs && follows_up(e.job.seq))
      ++failures_after_halt_;
  }
  const bool cut = e.judged == verdict::cancelled || e.judged == verdict::not_started;
  if (cut) ++cut_;
  if (e.judged == verdict::cancelled && job.begun == 0 && !job.unwanted)
    broken(rule::status, job_text(e.job.seq) + " counts as cancelled, and never ran");
  if (cut && !is_stopped() && !job.unwanted)
    broken(rule::progress, job_text(e.job.seq) + " is dropped for nothing");
  check_last_attempt(e);
  count_for_halt(e);
}

// The run.

void invariants::step(std::size_t queued_memory) {
  if (queued_memory > most_queued)
    broken(rule::memory, std::to_string(queued_memory) + " bytes wait for a reader");
}

void invariants::idle() {
  check_nobody_waits_for_nothing();
  check_tokens();
  for (std::size_t seq = 1; seq < jobs_.size() && plan_.journal.kept; ++seq)
    ended_when_idle_[seq] = jobs_[seq].ended;
  if (asked_ == 0 || open_ == 0) return;
  const duration wait = std::max(plan_.engine.stop.wait_timeout, plan_.engine.stop.term_timeout);
  const duration most = wait + longest_close_ + plan_.engine.stop.kill_timeout + slack;
  if (timers_.now() > last_ask_ + most) broken(rule::deadlines, "jobs run long after a stop");
}

void invariants::check_status(const run_result& result, int status) {
  int expected = failures_ > 0 || cut_ > 0 ? 1 : 0;
  const bool enough = halted_ && plan_.engine.halt.what == halt_rule::event::success;
  if (enough) expected = failures_after_halt_ > 0 ? 1 : 0;
  if (result.error) expected = 3;
  if (result.output_error != 0 || result.output_given_up) expected = 3;
  if (anything_stuck_ || result.gave_up) expected = 4;
  if (status != expected)
    broken(rule::status,
           "exit " + std::to_string(status) + " instead of " + std::to_string(expected));
  if (result.gave_up && !is_stopped()) broken(rule::status, "it gave up, and nobody asked");
  // A stop may come too late for the run to know of it.
  if (result.stopped ? !is_stopped() : halted_)
    broken(rule::status, "it does not know that it was stopped");
}

void invariants::run_is_over(const run_result& result, int status, int error,
                             const std::array<std::string, 2>& received) {
  note("over", static_cast<std::uint64_t>(status));
  for (std::size_t seq = 1; seq < jobs_.size(); ++seq)
    if (jobs_[seq].accepted && !jobs_[seq].ended)
      broken(rule::one_end, job_text(seq) + " has no end");
  if (result.jobs.total() != accepted_ || result.accepted != accepted_)
    broken(rule::one_end, "the counts do not add up");
  const bool all_read = is_stopped() || plan_.source_fails_after != 0;
  if (!all_read) check_all_accepted();
  check_tokens_at_end();
  if (halt_is_due_ && !halted_ && asked_ == 0) broken(rule::halt, "it did not halt");
  const bool lost = error != 0 || result.output_given_up;
  if (result.output_given_up && error == 0 && output_.has_all(received))
    broken(rule::output, "output is said to be lost, and is there");
  if (lost && status < 3) broken(rule::output, "output is lost, and the status does not say so");
  if (std::string wrong = output_.check(received, lost); !wrong.empty())
    broken(rule::output, std::move(wrong));
  check_status(result, status);
}

}  // namespace simulation
