#include "simulation/history.hpp"

#include <algorithm>
#include <utility>

#include "simulation/simulated_run.hpp"

namespace simulation {

using namespace weir;

namespace {

/// The same jobs, in a world where nothing else happens.
scenario quiet(const scenario& s) {
  scenario next = s;
  next.world.clear();
  next.tokens.dies_at = 0;
  next.source_fails_after = 0;
  next.out = next.err = {};
  next.spools = {};
  next.journal.fault = disk_fault::none;
  next.crashes.at.clear();
  next.crashes.amid_a_step.clear();
  next.joblog.fault = next.lines.fault = next.table.fault = disk_fault::none;
  next.engine.halt = {};
  next.engine.end_hopeless = false;
  next.engine.relative_timeout.reset();
  return next;
}

/// If a stop cut a job off, its end does not count.
bool ran_to_an_end(const seen_job& job) {
  return job.begun > 0 && job.judged != verdict::cancelled && job.judged != verdict::not_started;
}

/// Of the resumed run: whether a job has to run again because of one that it needs.
bool is_outdated(const seen_job& job, const std::vector<seen_job>& all) {
  return std::ranges::any_of(job.needs, [&](const need& n) { return all[n.seq].begun > 0; });
}

/// Whether it may: what it needs did not simply stay as it was.
bool may_be_outdated(const seen_job& job, const std::vector<seen_job>& all) {
  return std::ranges::any_of(job.needs, [&](const need& n) { return !all[n.seq].earlier; });
}

/// Before, records without a journal are another run's as yet. An attempt is told of before it
/// begins, and may not have begun if the run died amid a step.
bool has_begun(const crash& c) {
  const auto begun = [](const seen_job& job) { return job.begun > 0; };
  const auto told = std::ranges::count_if(c.jobs, begun);
  return told > 1 || (told == 1 && !c.amid_a_step) || std::ranges::count(c.running, true) > 0;
}

/// A joblog is not promised to have what has just ended, but who is in it runs no more.
void compare_by_joblog(const crash& before, simulated_run& after) {
  if (!has_begun(before)) return;
  for (std::size_t i = 0; i < before.numbers.size(); ++i) {
    const std::uint64_t seq = before.numbers[i];
    const std::uint64_t now = after.seen().numbers.of(i);
    if (now != 0 && after.seen().jobs()[now].earlier && (seq == 0 || !before.jobs[seq].ended))
      after.seen().broken(rule::resume,
                          "job " + std::to_string(now) + " never ended, and is taken for done");
  }
}

/// Whether a job may end that the journal does not have yet: megabytes are on their way to results.
bool ends_may_wait(const scenario& s) {
  return (s.lines.kept || s.table.kept) && std::ranges::any_of(s.jobs, &planned_job::writes_much);
}

void compare(const scenario& s, const crash& before, simulated_run& after) {
  // What started in this step is written at its end, unless it waits for that.
  const bool starts_are_known = (s.journal.synced || !before.amid_a_step) && !before.has_failed;
  for (std::size_t i = 0; i < before.numbers.size(); ++i) {
    const std::uint64_t seq = before.numbers[i];
    const std::uint64_t now = after.seen().numbers.of(i);
    const std::string job = "job " + std::to_string(seq);
    if (seq == 0) continue;
    const seen_job& first = before.jobs[seq];
    if (now == 0) {
      if (first.begun > 0) after.seen().broken(rule::resume, job + " had started, and is lost");
      continue;
    }
    const std::vector<seen_job>& jobs = after.seen().jobs();
    const seen_job& second = jobs[now];
    if (before.ended[seq] && ran_to_an_end(first) && second.begun > 0 && !before.has_failed &&
        !may_be_outdated(second, jobs) && !ends_may_wait(s))
      after.seen().broken(rule::resume, job + " had ended, and runs again");
    if (second.earlier && second.known != earlier_run::unfinished && is_outdated(second, jobs))
      after.seen().broken(rule::resume, job + " does not run again, though what it needs does");
    if (before.running[seq] && starts_are_known && second.known == earlier_run::unknown)
      after.seen().broken(rule::resume, job + " was running, and the journal does not know it");
    if (first.begun == 0 && second.earlier && !first.ended)
      after.seen().broken(rule::resume, job + " never ran, and is taken for done");
  }
}

/// How many jobs have their ends in what the run is resumed from. A torn line does not count.
std::ptrdiff_t ends_in_log(const scenario& s, const crash& c) {
  std::string_view rest =
      c.disk.at(std::size_t(s.journal.kept ? file_kind::journal : file_kind::joblog));
  std::ptrdiff_t count = s.journal.kept ? 0 : -1;  // the heading
  for (std::size_t end; (end = rest.find('\n')) != std::string_view::npos;
       rest.remove_prefix(end + 1))
    count += !s.journal.kept || rest.substr(0, end).find("\"final\":true") != rest.npos ? 1 : 0;
  return count;
}

bool is_in_log(const scenario& s, const end_on_record& end) {
  return s.journal.kept ? end.judged != verdict::not_started : has_row(file_kind::joblog, end);
}

/// What records have of the run that crashed, once another has resumed it: what had ended until the
/// last end that this one knows of. The rest runs again.
std::vector<end_on_record> ends_that_stay(const scenario& s, const crash& before) {
  const std::ptrdiff_t known = ends_in_log(s, before);
  std::ptrdiff_t found = 0;
  auto end = before.ends.begin();
  for (auto each = end; each != before.ends.end() && found < known; ++each)
    if (is_in_log(s, *each) && ++found > 0) end = each + 1;
  return {before.ends.begin(), end};
}

void compare_records(const scenario& s, const crash& before, simulated_run& after) {
  if (!s.journal.kept && !has_begun(before)) return;
  const std::vector<end_on_record> stay = ends_that_stay(s, before);
  // The machine may have taken back what it had not written yet.
  const std::size_t least = s.crashes.machine_dies ? 0 : stay.size();
  for (const file_kind kind : {file_kind::joblog, file_kind::lines, file_kind::table}) {
    if (!file_of(s, kind).kept) continue;
    const std::string wrong = check_record(kind, after.file(kind).contents(),
                                           {after.seen().on_record().ends(), stay, least});
    if (!wrong.empty()) after.seen().broken(rule::records, wrong);
  }
}

/// The run that continues after a crash.
void resume(const scenario& s, const crash& from, history& so_far) {
  simulated_run next(s, &from.disk, !so_far.trace.empty());
  ++so_far.runs;
  next.run();
  if (!next.seen().found() && s.journal.kept) compare(s, from, next);
  if (!next.seen().found() && !s.journal.kept) compare_by_joblog(from, next);
  if (!next.seen().found()) compare_records(s, from, next);
  so_far.fingerprint ^= next.seen().fingerprint() * 31;
  for (std::string& line : next.seen().trace) so_far.trace.push_back("resumed: " + line);
  so_far.found = next.seen().found();
}

}  // namespace

history live_through(const scenario& s, bool keep_trace) {
  history seen;
  std::vector<crash> crashes;
  {
    simulated_run first(s, nullptr, keep_trace);
    ++seen.runs;
    first.run();
    seen.found = first.seen().found();
    seen.fingerprint = first.seen().fingerprint();
    seen.trace = std::move(first.seen().trace);
    crashes = std::move(first.crashes());
  }
  const scenario after = crashes.empty() ? scenario() : quiet(s);
  for (const crash& each : crashes)
    if (!seen.found) resume(after, each, seen);
  return seen;
}

}  // namespace simulation
