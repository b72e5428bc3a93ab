#include "input/manifest/remaining.hpp"

#include <algorithm>
#include <queue>
#include <random>

#include "input/manifest/need_graph.hpp"
#include "input/manifest/reading.hpp"
#include "support/catch.hpp"

using namespace weir;
using namespace std::chrono_literals;

namespace {

// 300 jobs, each needing up to two of the 40 before it; a few take much longer than most.
struct generated {
  need_graph graph;
  std::vector<duration> durations;
};

generated generate(unsigned seed) {
  std::mt19937 random(seed);
  generated g;
  for (std::size_t i = 0; i < 300; ++i) {
    std::vector<std::size_t>& needs = g.graph.emplace_back();
    for (std::size_t n = i == 0 ? 0 : random() % 3; n > 0; --n) {
      const std::size_t needed = i - 1 - random() % std::min<std::size_t>(i, 40);
      if (std::ranges::find(needs, needed) == needs.end()) needs.push_back(needed);
    }
    const bool is_long = random() % 10 == 0;
    g.durations.push_back(std::chrono::milliseconds(1 + random() % (is_long ? 10'000 : 1000)));
  }
  return g;
}

// When all have ended on so many slots, if of the ready ones that with the highest rank starts
// first.
duration makespan(const generated& g, const std::vector<duration>& ranks, std::size_t slots) {
  std::vector<std::size_t> missing;
  for (const auto& needs : g.graph) missing.push_back(needs.size());
  std::priority_queue<std::pair<duration, std::size_t>> ready;  // the lowest index of equals first
  const auto enter = [&](std::size_t i) { ready.emplace(ranks[i], g.graph.size() - 1 - i); };
  for (std::size_t i = 0; i < missing.size(); ++i)
    if (missing[i] == 0) enter(i);
  std::priority_queue<std::pair<duration, std::size_t>,
                      std::vector<std::pair<duration, std::size_t>>, std::greater<>>
      running;
  duration now{};
  while (!ready.empty() || !running.empty()) {
    for (; running.size() < slots && !ready.empty(); ready.pop()) {
      const std::size_t job = g.graph.size() - 1 - ready.top().second;
      running.emplace(now + g.durations[job], job);
    }
    const auto [end, ended] = running.top();
    running.pop();
    now = end;
    for (std::size_t i = 0; i < missing.size(); ++i)
      if (std::ranges::find(g.graph[i], ended) != g.graph[i].end() && --missing[i] == 0) enter(i);
  }
  return now;
}

}  // namespace

TEST_CASE("the remaining time of a job counts what needs it, unknown ones as the mean") {
  const manifest m = toml(R"(
[[job]]
name = "a"
argv = ["a"]
[[job]]
name = "b"
argv = ["b"]
needs = ["a"]
[[job]]
name = "c"
argv = ["c"]
)");
  CHECK(remaining_times(m, {{"a", 1s}, {"b", 3s}}) == std::vector<duration>{4s, 3s, 2s});
  CHECK(remaining_times(m, {}).size() == 3);
}

TEST_CASE("the longest remaining path first takes less time than the order of the file") {
  duration in_order{};
  duration by_path{};
  for (unsigned seed = 1; seed <= 20; ++seed) {
    const generated g = generate(seed);
    in_order += makespan(g, std::vector<duration>(g.graph.size()), 8);
    by_path += makespan(g, remaining_paths(g.graph, g.durations), 8);
  }
  // Measured: 13 % less.
  CHECK(by_path < in_order * 9 / 10);
}
