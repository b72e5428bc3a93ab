#include "report/waiting_lines.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "report/shown.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

constexpr std::size_t most_reasons = 20;
constexpr std::size_t most_titles = 3;
constexpr std::size_t widest_reason = 120;
constexpr std::size_t widest_waiting = 50;

struct same_wait {
  const std::string* why;
  std::vector<const waiting_job*> jobs{};
};

/// In the order of the first job of each.
std::vector<same_wait> by_reason(const std::vector<waiting_job>& jobs) {
  std::vector<same_wait> groups;
  for (const waiting_job& job : jobs) {
    auto group =
        std::ranges::find_if(groups, [&](const same_wait& g) { return *g.why == job.why; });
    if (group == groups.end()) {
      if (groups.size() == most_reasons) continue;
      group = groups.insert(groups.end(), same_wait{&job.why});
    }
    group->jobs.push_back(&job);
  }
  return groups;
}

}  // namespace

waiting_asked::answer waiting_jobs(inbox& run, std::size_t most) {
  const auto told = std::make_shared<waiting_asked::answer>();
  run.take(waiting_asked{most, told});
  return std::move(*told);
}

std::vector<std::string> waiting_lines(const waiting_asked::answer& waiting,
                                       const progress_state& state, bool utf8) {
  std::vector<std::string> lines;
  std::uint64_t told = 0;
  for (const same_wait& group : by_reason(waiting.jobs)) {
    const std::size_t count = group.jobs.size();
    std::string& line = lines.emplace_back("weir:   " + std::to_string(count) +
                                           (count == 1 ? " waits for " : " wait for ") +
                                           clip(*group.why, widest_reason) + ": ");
    for (std::size_t i = 0; i < std::min(count, most_titles); ++i)
      line += (i == 0 ? "" : ", ") + shown_clipped(group.jobs[i]->title, widest_waiting, utf8);
    if (count > most_titles) line += " and " + std::to_string(count - most_titles) + " more";
    told += count;
  }
  const std::uint64_t read = waiting.jobs.size() + waiting.more;
  const std::uint64_t pending = state.pending() - std::min(state.pending(), state.resting().size());
  if (read > told) lines.push_back("weir:   " + std::to_string(read - told) + " more wait");
  if (pending > read)
    lines.push_back("weir:   " + std::to_string(pending - read) + " not read yet");
  return lines;
}

}  // namespace weir
