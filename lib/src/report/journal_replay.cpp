#include "report/journal_replay.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace weir {

namespace {

constexpr std::string_view no_finish =
    "kill -9 or a crash, or still running; what ran then took at least as long as shown";

/// \param repeat how jobs of the run's manifest are run again, by name.
job_spec job_of(const journal_entry& e, const std::string& repeat = {}) {
  job_spec job;
  job.seq = e.seq;
  job.key = e.key;
  job.name = e.name;
  job.text = e.command;
  job.argv = e.argv;
  // For a job that never started, the journal has nothing but its number.
  if (job.argv.empty() && job.name.empty()) job.name = "job " + std::to_string(e.seq);
  auto settings = std::make_shared<job_settings>();
  settings->dir = e.what == journal_entry::kind::start ? e.dir : std::string();
  if (!e.name.empty()) settings->again = repeat;
  job.settings = std::move(settings);
  return job;
}

}  // namespace

void journal_survey::take(const journal_entry& e) {
  if (e.what == journal_entry::kind::run) {
    run_ = e.run;
    dir_ = e.dir;
    started_at_ = e.time().value_or(std::chrono::system_clock::time_point());
    command_ = e.command;
    most_slots_ = 0;
    floor_ = 0;
  } else if (e.what == journal_entry::kind::start && e.run == run_) {
    most_slots_ = std::max(most_slots_, e.slot);
  } else if (e.what == journal_entry::kind::finish && e.run == run_) {
    floor_ = e.floor;
  }
}

void journal_replay::take(const journal_entry& e) {
  if (e.run != id_) return;
  if (const auto at = e.time())
    now_ = std::max(
        now_, run_.started() + std::chrono::duration_cast<time::duration>(*at - run_.started_at()));
  if (e.what == journal_entry::kind::run) repeat_ = e.repeat;
  if (e.what == journal_entry::kind::control && !e.line.empty()) added_.insert(e.seq);
  if (e.what == journal_entry::kind::start) start(e);
  if (e.what == journal_entry::kind::end) end(e);
  if (e.what == journal_entry::kind::left)
    to_.on(process_left{e.seq, static_cast<pid_t>(e.pid), e.command});
  if (e.what != journal_entry::kind::finish) return;
  finished_ = true;
  for (const auto& each : e.held) hold(each);
  if (!e.stopped.empty()) stop(e.stopped);
}

/// When it was is not known: as long before the end as it took.
void journal_replay::hold(const journal_entry::wait& one) {
  const time end = now_;
  now_ = end - std::chrono::duration_cast<time::duration>(one.took);
  to_.on(starts_held{one.most, one.by});
  now_ = end;
  to_.on(starts_held{0, {}});
}

void journal_replay::stop(const std::string& reason) {
  to_.on(stop_changed{stop_phase::soft, static_cast<unsigned>(open_.size()), 0, {}, reason});
}

void journal_replay::start(const journal_entry& e) {
  const auto [job, is_new] =
      open_.try_emplace(e.seq, open_job{job_of(e, added_.contains(e.seq) ? "" : repeat_)});
  open_job& mine = job->second;
  mine.attempt = e.attempt;
  mine.slot = e.slot;
  mine.started = now_;
  if (is_new) to_.on(job_accepted{mine.spec});
  to_.on(attempt_started{mine.spec, e.attempt, e.slot, now_});
}

void journal_replay::end(const journal_entry& e) {
  const auto job = open_.try_emplace(e.seq, open_job{job_of(e)}).first;
  attempt_result result;
  result.how = e.how;
  result.ended = now_;
  result.started = now_ - e.took;
  result.started_at = run_.at(result.started);
  result.usage = e.usage;
  result.group = e.group;
  result.leaked = e.leaked;
  result.bytes = e.bytes;
  result.node = e.node;
  if (!e.last) {
    to_.on(attempt_failed{job->second.spec, e.attempt, e.slot, result, {}});
    return;
  }
  to_.on(job_ended{job->second.spec, e.judged, e.attempt, e.slot, result, {}});
  open_.erase(job);
}

void journal_replay::finish() {
  if (!finished_) stop(std::string(no_finish));
  for (auto& [seq, job] : std::exchange(open_, {})) {
    attempt_result result;
    result.how = cancelled{true};
    result.started = job.started;
    result.ended = now_;
    to_.on(job_ended{job.spec, verdict::cancelled, job.attempt, job.slot, result, {}});
  }
}

}  // namespace weir
