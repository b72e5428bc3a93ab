#include "report/progress_state.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace weir {

namespace {

using std::chrono::nanoseconds;

constexpr std::size_t longest_label = 256;
constexpr double rate_window = 10;       // as_seconds
constexpr double smoothing_window = 64;  // jobs
constexpr double share_of_the_overdue = 0.1;
constexpr auto quiet_before_eta = std::chrono::seconds(1);
constexpr std::uint64_t jobs_before_eta = 2;

double as_seconds(nanoseconds d) {
  return std::chrono::duration<double>(d).count();
}

}  // namespace

void running_job::remember_title(const job_spec& job) {
  is_argv_ = job.name.empty() && job.text.empty();
  const std::string& source = !job.name.empty()   ? job.name
                              : !job.text.empty() ? job.text
                                                  : job.argv.bytes();
  label_.assign(source, 0, longest_label);
}

std::string running_job::title() const {
  if (!is_argv_) return label_;
  argument_list arguments;
  std::string_view rest = label_;
  while (!rest.empty()) {
    const auto end = rest.find('\0');
    arguments.push_back(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return shell_quote(arguments);
}

progress_state::progress_state(unsigned limit, time_point start, clock now)
    : limit_(limit), start_(start), now_(std::move(now)) {}

void progress_state::on(const event& e) {
  std::visit([this](const auto& one) { handle(one); }, e);
}

nanoseconds progress_state::active(time_point t) const {
  if (suspended_at_) t = std::min(t, *suspended_at_);
  return std::max(nanoseconds{}, t - start_ - paused_);
}

std::uint64_t progress_state::pending() const {
  const std::uint64_t known = std::max(accepted_ + added_, total_.value_or(0));
  const std::uint64_t elsewhere = ended_.total() + running_;
  return known > elsewhere ? known - elsewhere : 0;
}

void progress_state::wait_for_pools(const job_spec& job, int change) {
  if (!job.settings || job.settings->pools.empty()) return;
  if (change < 0 && ready_with_pools_ == 0) return;
  ready_with_pools_ += change;
  for (const auto& [name, units] : job.settings->pools)
    if (const auto claim = claims_.try_emplace(name, 0).first; (claim->second += change) == 0)
      claims_.erase(claim);
}

void progress_state::handle(const starts_held& e) {
  held_at_gate_ = e.jobs;
  gate_held_by_ = e.by;
}

std::uint64_t progress_state::held_by_pools() const {
  const bool slot_is_free = limit_ == 0 || taken_slots_ < limit_;
  return slot_is_free && !stop_ ? ready_with_pools_ : 0;
}

std::string progress_state::held_by_pool() const {
  return claims_.size() == 1 ? claims_.begin()->first : std::string();
}

double progress_state::expected(const job_spec& job) const {
  if (!history_) return 0;
  const auto known = history_(job);
  return known ? std::max(as_seconds(*known), 1e-9) : 0;
}

void progress_state::expect(const job_spec& job) {
  const double known = expected(job);
  if (known == 0) return;
  expected_seconds_ += known;
  ++expected_jobs_;
}

void progress_state::expect_no_more(double known) {
  if (known == 0 || expected_jobs_ == 0) return;
  expected_seconds_ = --expected_jobs_ == 0 ? 0 : expected_seconds_ - known;
}

void progress_state::handle(const job_accepted& e) {
  ++accepted_;
  if (e.job.added && added_ > 0) --added_;
  if (!runs(e.job.earlier)) return;
  expect(e.job);
  if (e.job.needs.empty()) wait_for_pools(e.job, 1);
}

void progress_state::handle(const attempt_started& e) {
  const unsigned slot = std::max(e.slot, 1U);
  if (slots_.size() < slot) slots_.resize(slot);
  running_job& job = slots_[slot - 1];
  if (job.active_) release(slot, job.seq, e.at);
  job.seq = e.job.seq;
  job.slot = slot;
  job.attempt = e.attempt;
  job.shielded = e.job.settings && e.job.settings->shield;
  job.weight = e.job.settings ? e.job.settings->weight : 1;
  job.started = active(e.at);
  job.expected = expected(e.job);
  expect_no_more(job.expected);
  job.active_ = true;
  job.remember_title(e.job);
  if (e.attempt > 1) resting_.erase(e.job.seq);
  ++running_;
  running_shielded_ += job.shielded;
  taken_slots_ += job.weight;
  started_sum_ += job.started;
  if (e.attempt == 1) wait_for_pools(e.job, -1);
}

/// The attempt in `slot` is over. \returns how long it took; nullopt if that job did not run there.
std::optional<nanoseconds> progress_state::release(unsigned slot, std::uint64_t seq,
                                                   time_point at) {
  if (slot == 0 || slot > slots_.size()) return {};
  running_job& job = slots_[slot - 1];
  if (!job.active_ || job.seq != seq) return {};
  job.active_ = false;
  --running_;
  running_shielded_ -= job.shielded;
  taken_slots_ -= job.weight;
  started_sum_ -= job.started;
  const nanoseconds took = std::max(nanoseconds{}, active(at) - job.started);
  busy_ended_ += took;
  return took;
}

void progress_state::handle(const attempt_failed& e) {
  expect(e.job);
  if (const auto took = release(e.slot, e.job.seq, e.result.ended)) failed_attempts_ += *took;
  if (e.delay <= duration{}) return;
  running_job named;
  named.remember_title(e.job);
  resting_[e.job.seq] = {e.attempt + 1, active(e.result.ended) + e.delay, named.title()};
}

void progress_state::handle(const job_ended& e) {
  const auto took = release(e.slot, e.job.seq, e.result.ended);
  if (!resting_.empty()) resting_.erase(e.job.seq);
  ended_.count(e.judged, e.job.settings && e.job.settings->allow_failure);
  if (e.attempts == 0) {
    if (e.is_earlier()) return;
    expect_no_more(expected(e.job));
    if (e.job.needs.empty()) wait_for_pools(e.job, -1);
    return;
  }
  const double sample = as_seconds(took.value_or(nanoseconds{}) + failed_attempts_);
  failed_attempts_ = {};
  ++timed_;
  job_seconds_ += (sample - job_seconds_) / std::min<double>(timed_, smoothing_window);
  note_end(active(e.result.ended));
}

void progress_state::note_end(nanoseconds at) {
  at = std::max(at, last_end_);
  rate_ = rate_ * std::exp(-as_seconds(at - last_end_) / rate_window) + 1 / rate_window;
  last_end_ = at;
}

double progress_state::rate(time_point now) const {
  const nanoseconds t = active(now);
  if (timed_ < jobs_before_eta || t < quiet_before_eta) return 0;
  // The decayed weights add up to less than 1 at first, so divide by their sum.
  const double weight = 1 - std::exp(-as_seconds(t) / rate_window);
  return rate_ * std::exp(-as_seconds(std::max(nanoseconds{}, t - last_end_)) / rate_window) /
         weight;
}

/// The time that slots were in use, added up over all of them.
nanoseconds progress_state::busy(nanoseconds now) const {
  return busy_ended_ + now * running_ - started_sum_;
}

std::optional<nanoseconds> progress_state::eta(time_point now) const {
  if (!total_ || stop_ || stands_still()) return {};
  const std::uint64_t ended = ended_.total();
  if (*total_ <= ended) return nanoseconds{};
  const nanoseconds t = active(now);
  const std::uint64_t waiting = *total_ - std::min(*total_, ended + running_);
  const std::uint64_t unknown = waiting - std::min(waiting, expected_jobs_);
  const bool experienced = timed_ >= jobs_before_eta && t >= quiet_before_eta && job_seconds_ > 0;
  if (!experienced && (unknown > 0 || !history_)) return {};
  double work = expected_seconds_ + static_cast<double>(unknown) * job_seconds_;
  double longest = 0;
  for (const running_job& job : slots_) {
    if (!job.active_) continue;
    const double whole = job.expected > 0 ? job.expected : job_seconds_;
    const double elapsed = as_seconds(t - job.started);
    // A job that takes longer than expected is never assumed to end at once.
    const double rest = elapsed < whole ? whole - elapsed : elapsed * share_of_the_overdue;
    work += rest;
    longest = std::max(longest, rest);
  }
  // How many slots were really in use separates weir's own cost and a slow source from the work.
  const double most = limit_ == 0 ? 1e9 : limit_;
  const double wide = experienced   ? std::clamp(as_seconds(busy(t)) / as_seconds(t), 1e-6, most)
                      : limit_ == 0 ? std::max(running_, 1U)
                                    : limit_;
  // Some jobs are still running: "0s" would be wrong for as long as it is shown.
  const double least = running_ > 0 ? 1 : 0;
  const double rest = std::max({work / wide, longest, least});
  constexpr double a_year = 365.0 * 86400;
  return std::chrono::duration_cast<nanoseconds>(
      std::chrono::duration<double>(std::min(rest, a_year)));
}

std::vector<const running_job*> progress_state::running_jobs(std::size_t count) const {
  std::vector<const running_job*> jobs;
  jobs.reserve(running_);
  for (const running_job& job : slots_)
    if (job.active_) jobs.push_back(&job);
  if (jobs.size() <= count) return jobs;
  const auto older = [](const running_job* a, const running_job* b) {
    return a->started != b->started ? a->started < b->started : a->seq < b->seq;
  };
  std::partial_sort(jobs.begin(), jobs.begin() + static_cast<std::ptrdiff_t>(count), jobs.end(),
                    older);
  jobs.resize(count);
  return jobs;
}

unsigned progress_state::waited_for() const {
  if (!waits_for_shielded()) return 0;
  return shielded_parts_ == 0 ? running_shielded_
                              : std::min(running_shielded_ + shielded_parts_, running());
}

void progress_state::handle(const stop_changed& e) {
  stop_ = e;
  shielded_parts_ = e.shielded > running_shielded_ ? e.shielded - running_shielded_ : 0;
  stop_deadline_.reset();
  if (e.deadline) stop_deadline_ = active(now_()) + (*e.deadline - now_());
}

std::optional<nanoseconds> progress_state::stop_time_left(time_point now) const {
  if (!stop_deadline_) return {};
  return std::max(nanoseconds{}, *stop_deadline_ - active(now));
}

void progress_state::handle(const controlled& e) {
  added_ += e.jobs;
  if (e.command == "pause" || e.command == "resume") starts_paused_ = e.command == "pause";
}

void progress_state::handle(const suspended&) {
  if (!suspended_at_) suspended_at_ = now_();
}

void progress_state::handle(const resumed&) {
  if (!suspended_at_) return;
  paused_ += now_() - *suspended_at_;
  suspended_at_.reset();
}

}  // namespace weir
