// The rules about jobs, stops and the end; rules_of_starts.cpp has those about what starts take.
#include "rules/run_rules.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "values/stop_reason.hpp"

namespace rules {

using namespace weir;
using namespace std::chrono_literals;

namespace {

/// So many jobs that cannot start are no accident.
constexpr unsigned many_unstartable = 3;

/// How long what was killed takes to be gone.
constexpr auto dies_within = 300ms;

/// The base of a share while jobs may still come.
constexpr std::uint64_t fewest_to_come = 10'000;

bool is_for_lack_of_success(const need& n) {
  return n.on != need_on::success;
}

}  // namespace

std::string_view words(rule r) {
  switch (r) {
    case rule::one_end:
      return "every job that was accepted has exactly one final event, and nothing after it";
    case rule::limits:
      return "never more runs than slots, weights, pools and claims allow, no two jobs share a "
             "slot, and a job with the terminal runs alone";
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
    case rule::records:
      return "each record says how the jobs ended, once and in order, and what they wrote";
    case rule::resume:
      return "after a crash nothing that ended runs again, and nothing is lost";
    case rule::repeatable:
      return "the same seed is the same history";
  }
  return {};
}

run_rules::run_rules(const engine_settings& settings, const timer_queue& timers)
    : settings_(settings),
      timers_(timers),
      most_slots_(settings.limit.value_or(no_limit)),
      slots_(most_slots_),
      pools_taken_(settings.pools.size()),
      longest_close_(settings.close_timeout) {}

void run_rules::broken(rule r, std::uint64_t seq, std::string_view how) {
  broken(r, job_text(seq).append(" ").append(how));
}

seen_job& run_rules::of(const job_spec& job) {
  if (job.seq >= jobs_.size()) jobs_.resize(job.seq + 1);
  return jobs_[job.seq];
}

void run_rules::on(const event& e) {
  std::visit([this](const auto& one) { hear(one); }, e);
}

void run_rules::hear(const job_accepted& e) {
  seen_job& job = of(e.job);
  if (std::exchange(job.accepted, true)) broken(rule::one_end, e.job.seq, "came twice");
  job.known = e.job.earlier;
  job.settings = e.job.settings.get();
  job.needs = e.job.needs;
  if (settings_.end_hopeless && !settings_.one_program) job.program = e.job.argv.at(0);
  job.added = e.job.added;
  job.may_fail = job.settings->allow_failure;
  job.follows_up = settings_.needs && follows_up(job.needs);
  longest_close_ = std::max(longest_close_, job.settings->close_timeout.value_or(duration{}));
  ++accepted_;
  ++unstarted_;
  ++open_;
  check_pending(1);
}

void run_rules::hear(const attempt_started& e) {
  seen_job& job = of(e.job);
  if (!job.accepted) broken(rule::one_end, e.job.seq, "starts, and was not accepted");
  if (job.ended) broken(rule::one_end, e.job.seq, "runs after its end");
  if (job.executing) broken(rule::limits, e.job.seq, "runs twice at once");
  check_claims(e.job);
  take_room(e.job, e.slot);
  if (paused_ && !job.again_at_once)
    broken(rule::control, e.job.seq, "starts while starts are paused");
  check_start_after_stop(e.job);
  check_retry(e.job, e.attempt);
  if (job.begun == 0) {
    --unstarted_;
    if (settings_.needs) check_needs(e.job, true);
  }
  ++job.begun;
  if (job.unwanted) broken(rule::control, e.job.seq, "starts, and nobody wants it");
}

// Needs.

bool run_rules::meets(const need& n) const {
  const seen_job& job = jobs_[n.seq];
  const bool tolerated = job.judged == verdict::failed && job.may_fail;
  if (n.on == need_on::always) return true;
  if (n.on == need_on::success) return job.judged == verdict::succeeded || tolerated;
  return job.judged == verdict::failed || job.judged == verdict::cancelled;
}

bool run_rules::are_met(const std::vector<need>& needs) const {
  for (const need& n : needs) {
    const auto is_choice = [&](const need& other) {
      return other.any_of == n.any_of && meets(other);
    };
    if (n.any_of == 0 ? !meets(n) : std::ranges::none_of(needs, is_choice)) return false;
  }
  return true;
}

/// What another shard has is not known here.
void run_rules::check_needs(const job_spec& job, bool met) {
  const auto is_known = [this](const need& n) {
    return n.seq < jobs_.size() && jobs_[n.seq].accepted;
  };
  if (!std::ranges::all_of(job.needs, is_known)) return;
  for (const need& n : job.needs)
    if (met && !jobs_[n.seq].ended)
      broken(rule::needs, job_text(job.seq) + " did not wait for " + job_text(n.seq));
  if (are_met(job.needs) != met)
    broken(rule::needs, job.seq, met ? "runs without what it needs" : "is skipped for nothing");
}

/// Jobs that it needs came before it.
bool run_rules::follows_up(const std::vector<need>& needs) const {
  if (std::ranges::any_of(needs, is_for_lack_of_success)) return true;
  return !needs.empty() && std::ranges::all_of(needs, [this](const need& n) {
    return n.seq < jobs_.size() && jobs_[n.seq].follows_up;
  });
}

// Stops.

void run_rules::hear(const stop_asked& e) {
  if (asked_++ == 0) first_ask_ = e.what;
  if (asked_ == 1 && !halted_) first_stop_ = timers_.now();
  killed_ = killed_ || e.what == stop_request::kill;
  last_ask_ = timers_.now();
}

void run_rules::hear(const stop_changed& e) {
  if (asked_ > 0 && e.shielded > e.running)
    broken(rule::progress, "it waits for more shielded jobs than run");
  if (e.phase == stop_phase::kill && !killed_at_) killed_at_ = timers_.now();
  if (e.phase == stop_phase::gave_up && (!killed_at_ || timers_.now() < *killed_at_ + dies_within))
    broken(rule::deadlines, "it gives up what it has only just killed");
  const bool hopeless = e.reason == reason_unstartable;
  if ((e.reason != "--halt" && !hopeless) || asked_ > 0) return;
  if (std::exchange(halted_, true)) return;
  first_stop_ = timers_.now();
  is_hopeless_ = hopeless;
  if (hopeless ? !hope_is_due_ : !halt_is_due_) broken(rule::halt, "it halts too early");
}

void run_rules::check_start_after_stop(const job_spec& job) {
  if (asked_ > 0) broken(rule::stopped, job.seq, "starts after a stop");
  if (halted_ && !of(job).follows_up) broken(rule::stopped, job.seq, "starts after a halt");
  // A run that gives up lets others end by themselves, whatever --halt says.
  const bool ends_others = halted_ && !is_hopeless_;
  if (ends_others && settings_.halt.when == halt_rule::urgency::now && of(job).begun == 0)
    check_halt_has_ended_others(job);
  if ((halt_is_due_ || hope_is_due_) && !halted_) broken(rule::halt, "it does not halt");
}

/// What follows up may rely on it that nothing else runs any more.
void run_rules::check_halt_has_ended_others(const job_spec& job) {
  for (const std::uint64_t other : running_)
    if (!jobs_[other].follows_up)
      broken(rule::stopped,
             job_text(job.seq) + " starts before the halt has ended " + job_text(other));
}

/// How long shielded jobs are waited for.
duration run_rules::shields_last() const {
  const bool in_haste = !halted_ && first_ask_ == stop_request::terminate;
  return in_haste ? settings_.stop.term_timeout : settings_.stop.wait_timeout;
}

/// Ended by the run, that is; between two attempts there is nothing to wait for.
void run_rules::check_shield(const job_ended& e) {
  const auto* const gone = std::get_if<cancelled>(&e.result.how);
  const seen_job& job = of(e.job);
  if (gone == nullptr || !gone->started || !job.executing || !e.job.settings->shield) return;
  if (gone->by_itself) return;
  if (killed_ || gone->by_ctl || job.unwanted || asked_ + (halted_ ? 1U : 0U) != 1) return;
  if (timers_.now() < first_stop_ + shields_last())
    broken(rule::shields, "shielded " + job_text(e.job.seq) + " is ended before its deadline");
}

/// Nothing has a deadline while the rest is let end by itself.
void run_rules::check_deadlines(duration slack) {
  if (asked_ == 0 || open_ == 0 || suspended_ || first_ask_ == stop_request::finish) return;
  const duration wait = std::max(settings_.stop.wait_timeout, settings_.stop.term_timeout);
  const duration most = wait + longest_close_ + settings_.stop.kill_timeout + slack;
  if (timers_.now() > last_ask_ + most) broken(rule::deadlines, "jobs run long after a stop");
}

// Retries.

void run_rules::hear(const attempt_failed& e) {
  seen_job& job = of(e.job);
  const retry_settings& retry = e.job.settings->retry;
  const duration usual = std::max<duration>(retry.backoff, 5min);
  const duration most = retry.longest_backoff > duration{} ? retry.longest_backoff : usual;
  duration expected = std::min(retry.backoff, most);
  for (unsigned i = 1; i < e.attempt; ++i) expected = std::min(expected * 2, most);
  if (e.delay != expected || e.attempt > retry.times)
    broken(rule::retries, e.job.seq, "is tried again against its policy");
  if (asked_ > 0) broken(rule::stopped, e.job.seq, "would be retried after a stop");
  if (job.unwanted) broken(rule::control, e.job.seq, "would be tried again");
  leave_room(e.job);
  job.again_at_once = e.delay == duration{};
  job.not_before = timers_.now() + e.delay / 2;
}

void run_rules::check_retry(const job_spec& job, unsigned attempt) {
  const seen_job& seen = of(job);
  if (attempt != seen.begun + 1 || (attempt > 1 && !seen.not_before))
    broken(rule::retries, job.seq, "has attempt " + std::to_string(attempt));
  if (seen.not_before && timers_.now() < *seen.not_before)
    broken(rule::retries, job.seq, "is tried again too early");
}

/// Checks whether there should have been another attempt.
void run_rules::check_last_attempt(const job_ended& e) {
  const retry_settings& retry = e.job.settings->retry;
  if (retry.times == 0 || e.judged != verdict::failed || e.is_earlier()) return;
  if (is_stopped() || anything_stuck_ || of(e.job).unwanted) return;
  if (someone_cancels_ && !knows_unwanted_) return;
  const auto* const failed = std::get_if<spawn_failed>(&e.result.how);
  if (failed != nullptr && failed->step == "refused") return;
  const auto* const code = std::get_if<exited>(&e.result.how);
  const bool listed = code != nullptr && std::ranges::count(retry.exit_codes, code->code) > 0;
  const bool timeout = std::holds_alternative<timed_out>(e.result.how) && retry.on_timeout;
  if ((retry.all_failures || listed || timeout) && e.attempts <= retry.times)
    broken(rule::retries, e.job.seq, "is given up too early");
}

// Ends.

void run_rules::count_for_halt(const job_ended& e) {
  const halt_rule& halt = settings_.halt;
  const bool counts = e.judged != verdict::not_started && e.judged != verdict::cancelled &&
                      !std::holds_alternative<skipped>(e.result.how) && !e.is_earlier();
  if (halt.when == halt_rule::urgency::never || !counts || is_stopped()) return;
  const bool allowed = e.job.settings->allow_failure;
  const bool matches =
      halt.what == halt_rule::event::done ||
      (halt.what == halt_rule::event::fail ? e.judged == verdict::failed && !allowed
                                           : e.judged == verdict::succeeded);
  if (matches) ++matching_;
  const std::uint64_t all = input_ended_ ? accepted_ : std::max(accepted_, fewest_to_come);
  if (halt.percent ? matching_ * 100 >= halt.count * all : matching_ >= halt.count)
    halt_is_due_ = true;
}

/// Whether all jobs that are known run this one's program, in the same way.
bool run_rules::are_alike(const job_spec& job) const {
  return std::ranges::all_of(jobs_, [&](const seen_job& other) {
    return !other.accepted || other.ended ||
           (other.program == job.argv.at(0) && other.settings->dir == job.settings->dir &&
            other.settings->env == job.settings->env);
  });
}

/// A program that is missing is missing for all that run it. What concerns one job alone, and a
/// job that may fail, shows nothing.
void run_rules::count_unstartable(const job_ended& e) {
  const outcome& how = e.result.how;
  if (!settings_.end_hopeless || there_is_hope_ || is_stopped() || e.is_earlier()) return;
  if (std::holds_alternative<skipped>(how) || std::holds_alternative<cancelled>(how)) return;
  const auto* const failed = std::get_if<spawn_failed>(&how);
  if (unstartable_ == 0 && failed != nullptr) first_unstartable_ = *failed;
  const bool concerns_all = failed != nullptr && failed->step != "refused" &&
                            failed->error != E2BIG && failed->error != ETXTBSY;
  there_is_hope_ = !concerns_all || e.job.settings->allow_failure || *failed != *first_unstartable_;
  if (there_is_hope_ || ++unstartable_ < many_unstartable) return;
  if (!settings_.one_program && !input_ended_) return;
  hope_is_due_ = settings_.one_program || are_alike(e.job);
  there_is_hope_ = !hope_is_due_;
}

void run_rules::check_cut(const job_ended& e) {
  const seen_job& job = of(e.job);
  const auto* const gone = std::get_if<cancelled>(&e.result.how);
  const bool unwanted = knows_unwanted_ ? job.unwanted : gone != nullptr && gone->by_ctl;
  if (e.judged == verdict::cancelled && job.begun == 0 && !unwanted)
    broken(rule::status, e.job.seq, "counts as cancelled, and never ran");
  if (!is_stopped() && !unwanted) broken(rule::progress, e.job.seq, "is dropped for nothing");
}

void run_rules::hear(const job_ended& e) {
  seen_job& job = of(e.job);
  if (!job.accepted) broken(rule::one_end, e.job.seq, "ends, and was not accepted");
  if (std::exchange(job.ended, true)) broken(rule::one_end, e.job.seq, "ends twice");
  job.judged = e.judged;
  job.earlier = e.is_earlier();
  if (job.begun == 0) --unstarted_;
  --open_;
  const bool by_needs = std::holds_alternative<skipped>(e.result.how) && !e.is_earlier();
  if (by_needs) check_needs(e.job, false);
  if (e.judged == verdict::failed && !e.job.settings->allow_failure) {
    ++failures_;
    if (halted_ && asked_ == 0 && job.follows_up) ++failures_after_halt_;
  }
  check_shield(e);
  if (e.judged == verdict::cancelled || e.judged == verdict::not_started) {
    ++cut_;
    check_cut(e);
  }
  check_last_attempt(e);
  leave_room(e.job);
  job.begun = e.attempts;  // one that was told of may not have begun after all
  count_for_halt(e);
  count_unstartable(e);
  job.settings = nullptr;
}

// The run.

void run_rules::hear(const controlled& e) {
  if (e.command == "pause" || e.command == "resume") paused_ = e.command == "pause";
  if (e.command.starts_with("cancel ") || e.command.starts_with("kill ")) someone_cancels_ = true;
  if (e.jobs > 0) input_ended_ = false;
}

void run_rules::check_status(const run_result& result, int status) {
  int expected = failures_ > 0 || cut_ > 0 ? 1 : 0;
  const bool enough = halted_ && !is_hopeless_ && settings_.halt.what == halt_rule::event::success;
  if (enough) expected = failures_after_halt_ > 0 ? 1 : 0;
  if (result.error) expected = 3;
  if (result.output_error != 0 || result.output_given_up) expected = 3;
  if (anything_stuck_ || result.gave_up) expected = 4;
  const bool bad_input = result.error && expected == 3 && status == 2;
  if (status != expected && !bad_input)
    broken(rule::status,
           "exit " + std::to_string(status) + " instead of " + std::to_string(expected));
  if (result.gave_up && !is_stopped()) broken(rule::status, "it gave up, and nobody asked");
  // A stop may come too late for the run to know of it.
  if (result.stopped ? !is_stopped() : halted_)
    broken(rule::status, "it does not know that it was stopped");
}

void run_rules::run_is_over(const run_result& result, int status) {
  if (open_ > 0)
    for (std::size_t seq = 1; seq < jobs_.size(); ++seq)
      if (jobs_[seq].accepted && !jobs_[seq].ended) broken(rule::one_end, seq, "has no end");
  if (result.jobs.total() != accepted_ || result.accepted != accepted_)
    broken(rule::one_end, "the counts do not add up");
  if ((halt_is_due_ || hope_is_due_) && !halted_ && asked_ == 0)
    broken(rule::halt, "it did not halt");
  check_status(result, status);
}

}  // namespace rules
