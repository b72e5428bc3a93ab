#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "simulation/workers/rules.hpp"

namespace simulation::workers {

using namespace weir;
using namespace std::chrono_literals;

void rules::on(const event& e) {
  if (looks_away_) return;
  std::visit([this](const auto& one) { hear(one); }, e);
}

void rules::hear(const job_accepted& e) {
  note("accepted: job", e.job.seq);
  jobs_[e.job.seq].accepted = true;
}

void rules::hear(const attempt_started& e) {
  note("started: job, attempt", e.job.seq, e.attempt);
  seen_job& one = jobs_[e.job.seq];
  if (stop_is_known()) broken("stopped", job_text(e.job.seq) + " starts after a stop");
  if (e.attempt != one.started + 1)
    broken("retries", fmt::format("{} starts attempt {}", job_text(e.job.seq), e.attempt));
  one.started = e.attempt;
  one.losses = 0;
  one.runs = true;
  unsigned weight = 0;
  unsigned running = 0;
  for (std::size_t seq = 1; seq < jobs_.size(); ++seq)
    if (jobs_[seq].runs) weight += settings(seq).weight, ++running;
  const bool has_slot = e.attempt > 1 && settings(e.job.seq).retry.backoff == duration{};
  if (limit_ && !has_slot && running > 1 && weight > *limit_)
    broken("limit", fmt::format("{} slots are taken, {} are allowed", weight, *limit_));
}

void rules::hear(const attempt_placed& e) {
  const auto worker = worker_named(e.node);
  note(fmt::format("placed on {}: job, attempt", e.node), e.job.seq, e.attempt);
  if (!worker) return broken("truth", "a job is placed on an unknown worker");
  seen_job& one = jobs_[e.job.seq];
  for (const placement& each : one.places)
    if (each.attempt == e.attempt && each.worker == *worker)
      broken("workers", job_text(e.job.seq) + " is placed again where it was handed back");
  one.places.push_back({e.attempt, *worker});
  if (!one.runs || e.attempt != one.started)
    broken("truth", job_text(e.job.seq) + " is placed, and did not start");
  if (phase_ != stop_phase::running && clock_.now() > stopped_at_)
    broken("stopped", job_text(e.job.seq) + " is placed after a stop");
  const seen_worker& on = workers_[*worker];
  const bool has_told = on.was_signalled && on.stalled_until <= on.signalled_at &&
                        clock_.now() > on.signalled_at + 1s;
  if (has_told) broken("workers", job_text(e.job.seq) + " is placed on a worker that takes none");
  if (on.is_lost) broken("truth", job_text(e.job.seq) + " is placed on a lost worker");
}

void rules::hear(const attempt_lost& e) {
  note(fmt::format("lost on {} ({}): job", e.node, e.why), e.job.seq, e.attempt);
  seen_job& one = jobs_[e.job.seq];
  if (one.places.empty() || one.places.back().is_lost)
    return broken("truth", job_text(e.job.seq) + " is lost, and was nowhere");
  placement& last = one.places.back();
  last.is_lost = true;
  last.printed = std::exchange(one.printed, 0);
  ++one.losses;
  const seen_worker& by = workers_[last.worker];
  if (!by.may_be_lost() && plan_.workers[last.worker].start == beginning::well)
    broken("workers", fmt::format("{} is lost for nothing ({})", e.node, e.why));
  if (by.was_signalled && !by.has_died && !by.is_cut_off && !by.stalled_long && !by.ends_all)
    broken("workers", fmt::format("{} was to finish its jobs, and {} is lost ({})", e.node,
                                  job_text(e.job.seq), e.why));
  // SIGTERM to a worker takes back what it has, and the worker goes on for the rest.
  if (e.why != "terminated with its worker") workers_[last.worker].is_lost = true;
}

void rules::hear(const attempt_failed& e) {
  note("failed: job, attempt", e.job.seq, e.attempt);
  seen_job& one = jobs_[e.job.seq];
  ++one.failed;
  one.runs = false;
  if (e.attempt != one.started || e.attempt > settings(e.job.seq).retry.times)
    broken("retries", job_text(e.job.seq) + " is tried again against its policy");
  check_truth(e.job.seq, e.attempt, e.result);
}

void rules::hear(const job_ended& e) {
  const std::uint64_t seq = e.job.seq;
  note(fmt::format("ended ({}): job", describe(e.result.how)), seq,
       static_cast<std::uint64_t>(e.judged));
  seen_job& one = jobs_[seq];
  if (std::exchange(one.ended, true)) broken("one end", job_text(seq) + " ends twice");
  one.runs = false;
  one.judged = e.judged;
  ends_.push_back(seq);
  if (e.attempts != one.started || one.failed + 1 < one.started)
    broken("retries", fmt::format("{} had {} attempts, and {} started", job_text(seq), e.attempts,
                                  one.started));
  const bool cut = e.judged == verdict::cancelled || e.judged == verdict::not_started;
  const std::string& on = settings(seq).on;
  const bool is_nowhere = !on.empty() && std::ranges::none_of(plan_.workers, [&](const auto& w) {
    return std::ranges::count(w.labels, on) > 0;
  });
  if (cut && !stop_is_known() && !is_hopeless_ && !is_nowhere)
    broken("truth", job_text(seq) + " is dropped for nothing");
  if (!cut) check_truth(seq, one.started, e.result);
  const auto* const refused = std::get_if<spawn_failed>(&e.result.how);
  const bool is_lost = refused != nullptr && refused->error == EHOSTDOWN;
  const bool may_again = !is_lost && e.judged == verdict::failed && !stop_is_known();
  if (may_again && e.attempts <= settings(seq).retry.times)
    broken("retries", job_text(seq) + " is given up too early");
}

rules::execution* rules::execution_of(std::uint64_t seq, const placement& where) {
  execution* found = nullptr;
  for (execution& each : all_)
    if (each.seq == seq && each.attempt == where.attempt && each.worker == where.worker)
      found = &each;
  return found;
}

/// What is reported is what an attempt did, or that it was lost too often.
void rules::check_truth(std::uint64_t seq, unsigned attempt, const attempt_result& result) {
  const seen_job& one = jobs_[seq];
  const auto* const refused = std::get_if<spawn_failed>(&result.how);
  if (refused != nullptr && refused->error == EHOSTDOWN) {
    if (one.losses != plan_.node_retries + 1)
      broken("losses", fmt::format("{} is given up after {} losses", job_text(seq), one.losses));
    return;
  }
  if (one.losses > plan_.node_retries)
    broken("losses", fmt::format("{} ran again after {} losses", job_text(seq), one.losses));
  if (one.places.empty() || one.places.back().is_lost || one.places.back().attempt != attempt)
    return broken("truth", job_text(seq) + " has a result, and nobody ran it");
  const execution* const ran = execution_of(seq, one.places.back());
  if (ran == nullptr || ran->runs || ran->died || *ran->how != result.how)
    return broken("truth", fmt::format("{} is said to have ended otherwise: {}", job_text(seq),
                                       describe(result.how)));
  if (result.node != name_of(ran->worker) || result.bytes != ran->bytes)
    broken("truth", job_text(seq) + " is said to have run elsewhere, or written otherwise");
}

void rules::hear(const stop_asked& e) {
  note("stop asked (" + e.reason + ')', static_cast<std::uint64_t>(e.what));
  last_stop_ = clock_.now();
  if (stop_asked_++ > 0) {
    killed_ = killed_ || e.what == stop_request::kill;
    return;
  }
  first_ask_ = e.what;
  first_stop_ = clock_.now();
  killed_ = e.what == stop_request::kill;
}

void rules::hear(const stop_changed& e) {
  note("stop phase", static_cast<std::uint64_t>(e.phase), e.running);
  if (phase_ == stop_phase::running && e.phase != phase_) stopped_at_ = clock_.now();
  phase_ = e.phase;
  if (phase_ == stop_phase::kill || phase_ == stop_phase::gave_up) killed_ = true;
}

void rules::hear(const suspended&) {
  note("suspended", 0);
  suspended_ = was_suspended_ = true;
  suspended_at_ = clock_.now();
}

void rules::hear(const resumed&) {
  note("resumed", 0);
  if (std::exchange(suspended_, false)) suspended_for_ += clock_.now() - suspended_at_;
}

/// Warnings that announce what the following events would break a rule without.
void rules::hear(const warning& e) {
  note("warning: " + e.text, 0);
  const std::string_view text = e.text;
  for (const std::string_view fault :
       {"invalid", "impossible", "did not have", "refuses", "would not die"})
    if (text.find(fault) != std::string_view::npos) {
      const auto worker = worker_named(text.substr(0, text.find(':')));
      const bool is_expected = worker && plan_.workers[*worker].start == beginning::wrong_words;
      if (!is_expected) broken("workers", e.text);
    }
  if (text.find("cannot run") != std::string_view::npos) is_hopeless_ = true;
  const auto lost = text.find(": lost");
  if (lost != std::string_view::npos)
    if (const auto worker = worker_named(text.substr(0, lost))) {
      workers_[*worker].is_lost = true;
      if (!workers_[*worker].may_be_lost() && !stop_is_known()) broken("workers", e.text);
    }
  const std::string_view phrase = " bytes of job ";
  const auto at = text.find(phrase);
  if (at == std::string_view::npos) return;
  std::uint64_t seq = 0;
  const std::string_view rest = text.substr(at + phrase.size());
  std::from_chars(rest.data(), rest.data() + rest.size(), seq);
  const std::string_view number = text.substr(text.find(": ") + 2);
  if (seq == 0 || seq >= jobs_.size()) return broken("output", "bytes of an unknown job");
  std::from_chars(number.data(), number.data() + number.size(), jobs_[seq].printed);
}

void rules::limit_is_set(std::optional<std::size_t> now) {
  note("limit is set", now.value_or(0));
  limit_ = now;
}

void rules::weir_dies() {
  note("weir dies", 0);
  looks_away_ = true;
  over_at_ = clock_.now();
}

void rules::look() {
  if (over_at_ || stop_asked_ == 0 || suspended_) return;
  const bool all =
      std::ranges::all_of(jobs_, [](const seen_job& j) { return !j.accepted || j.ended; });
  duration longest_close = plan_.close_timeout;
  for (const planned_job& each : plan_.jobs)
    longest_close = std::max(longest_close, each.settings.close_timeout.value_or(duration{}));
  const duration wait = std::max(plan_.stop.wait_timeout, plan_.stop.term_timeout);
  const duration most = wait + longest_close + plan_.stop.kill_timeout + 1s + suspended_for_;
  if (first_ask_ != stop_request::finish && !all && clock_.now() > last_stop_ + most)
    broken("deadlines", "jobs run long after a stop");
}

}  // namespace simulation::workers
