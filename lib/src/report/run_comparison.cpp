#include "report/run_comparison.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "text/escape.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;
using job_end = run_ends::job_end;

constexpr auto least_difference = 100ms;

bool took_longer(const job_end& than, const job_end& now) {
  return now.took - than.took >= least_difference && now.took / 6 >= than.took / 5;
}

bool is_flaky(const job_end& job) {
  return job.judged == verdict::succeeded && job.attempts > 1;
}

std::string times(const job_end& before, const job_end& now) {
  return format_duration(now.took) + ", was " + format_duration(before.took);
}

std::string count(std::size_t n, const char* what) {
  return n == 0 ? std::string() : ", " + std::to_string(n) + ' ' + what;
}

std::string word_for(const job_end& job) {
  return job.has_ended() ? to_string(job.judged) : job.how;
}

/// Unlike a job that was skipped since what it is there for, a failure, did not happen.
bool is_dropped(const job_end& job) {
  return job.judged != verdict::skipped || !job.how.starts_with("skipped: needs the failure of ");
}

/// Jobs with one kind of change, worst first.
struct changes {
  std::vector<std::pair<std::chrono::nanoseconds, std::string>> lines;

  void add(std::chrono::nanoseconds weight, const char* what, const std::string& name,
           const std::string& more) {
    lines.emplace_back(weight, std::string(what) + escape(name) + ": " + more);
  }
  void append_to(std::vector<std::string>& all) {
    std::stable_sort(lines.begin(), lines.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    for (auto& line : lines) all.push_back(std::move(line.second));
  }
};

/// Why jobs may be missing though their input has them; empty: nothing says so. Keys depend on the
/// directory, so those of a run elsewhere are unknown here.
std::string why_missing(const run_ends& now, const std::set<job_key>& known) {
  if (std::string why = now.cut_short(); !why.empty()) return why;
  const auto& dropped = now.nameless();
  const auto count = std::count_if(dropped.begin(), dropped.end(), [&](const auto& each) {
    return !known.contains(each.first) && is_dropped(each.second);
  });
  return count == 0
             ? std::string()
             : "the run did not start " + std::to_string(count) + (count == 1 ? " job" : " jobs");
}

/// Jobs of the old run that did not start in the new one. The new journal has the keys of those
/// that were dropped, and nothing of those that a stop left: if the run came to its end, the rest
/// is gone from its input. \returns how many of them are not gone.
std::size_t add_missing(const run_ends& before, const run_ends& now, changes& undone) {
  const auto started = now.named();
  const auto old_ends = before.named();
  std::set<job_key> known;
  for (const auto& [name, job] : old_ends) known.insert(job.key);
  const std::string missing = why_missing(now, known);
  std::size_t there = 0;
  for (const auto& [name, job] : old_ends) {
    if (started.contains(name)) continue;
    const auto dropped = now.nameless().find(job.key);
    const bool is_told = dropped != now.nameless().end();
    if (!is_told && missing.empty()) continue;
    ++there;
    if (!job.end.has_ended() || (is_told && !is_dropped(dropped->second))) continue;
    undone.add(0s, "not run ", name,
               (is_told ? dropped->second.how : missing) + "; " + word_for(job.end) + " before");
  }
  return there;
}

}  // namespace

void run_ends::take(const journal_entry& e) {
  if (e.what == journal_entry::kind::run) begin(e);
  if (e.run != run_) return;
  if (e.what == journal_entry::kind::start) start(e);
  if (e.what == journal_entry::kind::end && e.last) end(e);
  if (e.what != journal_entry::kind::finish) return;
  finished_ = true;
  stopped_ = e.stopped;
}

void run_ends::begin(const journal_entry& e) {
  if (!e.resumed) {
    jobs_.clear();
    places_.clear();
  }
  run_ = e.run;
  ++runs_;
  finished_ = false;
  stopped_.clear();
  open_.clear();
  nameless_.clear();  // what never started is decided on again
}

/// Whether a job of an earlier run is the one that starts here.
bool run_ends::is_started_again(const job& one, const journal_entry& e) const {
  if (one.run == runs_) return false;
  if (e.again == "failed") return one.end.judged == verdict::failed;
  return !one.end.has_ended();
}

void run_ends::start(const journal_entry& e) {
  if (open_.contains(e.seq)) return;  // another attempt
  const auto [first, last] = places_.equal_range(e.key);
  const auto known = std::find_if(
      first, last, [&](const auto& each) { return is_started_again(jobs_[each.second], e); });
  if (known == last) {
    open_[e.seq] = jobs_.size();
    places_.emplace(e.key, jobs_.size());
    jobs_.push_back({e.key, e.seq, e.title(), {}, runs_});
    return;
  }
  open_[e.seq] = known->second;
  jobs_[known->second].end = {};
  jobs_[known->second].run = runs_;
}

void run_ends::end(const journal_entry& e) {
  const job_end ended{e.judged, e.attempt, e.took, describe(e.how)};
  const auto mine = open_.find(e.seq);
  if (mine == open_.end()) {
    nameless_.emplace(e.key, ended);
    return;
  }
  jobs_[mine->second].end = ended;
  open_.erase(mine);
}

std::map<std::string, run_ends::job> run_ends::named() const {
  std::vector<const job*> in_order;
  for (const job& each : jobs_) in_order.push_back(&each);
  std::stable_sort(in_order.begin(), in_order.end(),
                   [](const job* a, const job* b) { return a->seq < b->seq; });
  std::map<std::string, unsigned> count;
  std::map<std::string, job> ends;
  for (const job* each : in_order) {
    std::string name = each->title;
    unsigned& n = count[each->title];
    if (++n > 1) name += " (" + std::to_string(n) + ')';
    while (ends.contains(name)) name = each->title + " (" + std::to_string(++n) + ')';
    ends.emplace(std::move(name), *each);
  }
  return ends;
}

std::string run_ends::cut_short() const {
  if (!finished_) return "the run did not come to its end";
  return stopped_.empty() ? std::string() : "the run was stopped by " + stopped_;
}

comparison compare(const run_ends& before, const run_ends& now) {
  changes failed;
  changes undone;
  changes flaky;
  changes slower;
  changes mended;
  const auto old_ends = before.named();
  const auto new_ends = now.named();
  std::size_t both = 0;
  for (const auto& [name, job] : new_ends) {
    const job_end& end = job.end;
    const auto old = old_ends.find(name);
    if (old == old_ends.end()) continue;
    const job_end& was = old->second.end;
    ++both;
    if (end.judged == verdict::failed && was.judged != verdict::failed)
      failed.add(0s, "failed  ", name, end.how + "; " + word_for(was) + " before");
    else if (!end.has_ended() && was.has_ended())
      undone.add(0s, "not run ", name, end.how + "; " + word_for(was) + " before");
    else if (end.judged == verdict::succeeded && was.judged == verdict::failed)
      mended.add(0s, "fixed   ", name, was.how + " before");
    else if (is_flaky(end) && was.judged == verdict::succeeded && !is_flaky(was))
      flaky.add(
          0s, "flaky   ", name,
          "succeeded at attempt " + std::to_string(end.attempts) + ", previously at attempt 1");
    else if (end.judged == verdict::succeeded && was.judged == verdict::succeeded &&
             took_longer(was, end))
      slower.add(end.took - was.took, "slower  ", name, times(was, end));
  }
  const std::size_t added = new_ends.size() - both;
  both += add_missing(before, now, undone);
  comparison all;
  all.is_worse = !failed.lines.empty() || !undone.lines.empty() || !flaky.lines.empty() ||
                 !slower.lines.empty();
  const std::string counts =
      count(failed.lines.size(), "failed") + count(undone.lines.size(), "not run") +
      count(flaky.lines.size(), "flaky") + count(slower.lines.size(), "slower") +
      count(mended.lines.size(), "fixed");
  for (changes* each : {&failed, &undone, &flaky, &slower, &mended}) each->append_to(all.lines);
  all.lines.push_back(std::to_string(both) + (both == 1 ? " job" : " jobs") + " in both" + counts +
                      count(added, "new") + count(old_ends.size() - both, "gone"));
  return all;
}

}  // namespace weir
