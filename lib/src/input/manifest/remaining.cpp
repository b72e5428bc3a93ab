#include "input/manifest/remaining.hpp"

#include <optional>

#include "input/manifest/need_graph.hpp"

namespace weir {

namespace {

duration mean_of(const std::vector<std::optional<duration>>& known) {
  duration sum{};
  int count = 0;
  for (const auto& d : known) {
    if (!d) continue;
    sum += *d;
    ++count;
  }
  return count == 0 ? duration{1} : sum / count;
}

}  // namespace

std::vector<duration> remaining_times(const manifest& m,
                                      const std::unordered_map<std::string, duration>& durations) {
  need_graph graph(m.jobs.size());
  std::vector<std::optional<duration>> known(m.jobs.size());
  for (std::size_t i = 0; i < m.jobs.size(); ++i) {
    for (const need& n : m.jobs[i].spec.needs) graph[i].push_back(n.seq - 1);
    const auto found = durations.find(title(m.jobs[i].spec));
    if (found != durations.end()) known[i] = found->second;
  }
  const duration mean = mean_of(known);
  std::vector<duration> each;
  for (const auto& d : known) each.push_back(d.value_or(mean));
  return remaining_paths(graph, each);
}

}  // namespace weir
