#include "report/run_comparison.hpp"

#include <algorithm>
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

}  // namespace

void run_ends::take(const journal_entry& e) {
  if (e.what == journal_entry::kind::run) {
    run_ = e.run;
    titles_.clear();
    ends_.clear();
  }
  if (e.run != run_) return;
  if (e.what == journal_entry::kind::start) titles_.insert_or_assign(e.seq, e.title());
  if (e.what != journal_entry::kind::end || !e.last) return;
  const auto known = titles_.extract(e.seq);
  if (!known) return;  // it never started
  std::string name = known.mapped();
  for (int n = 2; ends_.contains(name); ++n) name = known.mapped() + " (" + std::to_string(n) + ')';
  ends_.emplace(std::move(name), job_end{e.judged, e.attempt, e.took, describe(e.how)});
}

comparison compare(const run_ends& before, const run_ends& now) {
  changes failed;
  changes flaky;
  changes slower;
  changes mended;
  std::size_t both = 0;
  for (const auto& [name, end] : now.all()) {
    const auto old = before.all().find(name);
    if (old == before.all().end()) continue;
    const job_end& was = old->second;
    ++both;
    if (end.judged == verdict::failed && was.judged != verdict::failed)
      failed.add(0s, "failed  ", name,
                 end.how + "; " + std::string(to_string(was.judged)) + " before");
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
  comparison all;
  all.is_worse = !failed.lines.empty() || !flaky.lines.empty() || !slower.lines.empty();
  const std::string counts =
      count(failed.lines.size(), "failed") + count(flaky.lines.size(), "flaky") +
      count(slower.lines.size(), "slower") + count(mended.lines.size(), "fixed");
  for (changes* each : {&failed, &flaky, &slower, &mended}) each->append_to(all.lines);
  all.lines.push_back(std::to_string(both) + (both == 1 ? " job" : " jobs") + " in both" + counts +
                      count(now.all().size() - both, "new") +
                      count(before.all().size() - both, "gone"));
  return all;
}

}  // namespace weir
