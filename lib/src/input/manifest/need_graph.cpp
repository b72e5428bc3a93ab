#include "input/manifest/need_graph.hpp"

#include <algorithm>
#include <cassert>

namespace weir {

namespace {

// Searching a graph of many long, intertwined cycles would take forever: by then some have been
// reported.
constexpr std::size_t enough_looked_at = 10'000'000;

enum class mark : unsigned char { fresh, on_path, done };

// A depth-first walk with its own stack: a chain of a million jobs must not overflow ours.
class walk {
 public:
  explicit walk(const need_graph& graph)
      : graph_(graph), marks_(graph.size(), mark::fresh), depths_(graph.size()) {}

  /// Visits all that `start` needs, then `start`. Calls finish(node) for each new one, and
  /// back(cycle) for an edge to a node on the path, with the path from that node on.
  template <class Finish, class Back>
  void from(std::size_t start, Finish finish, Back back) {
    if (marks_[start] == mark::done) return;
    push(start);
    while (!path_.empty()) {
      const std::size_t node = path_.back();
      std::size_t& edge = edges_.back();
      if (edge == graph_[node].size()) {
        marks_[node] = mark::done;
        path_.pop_back();
        edges_.pop_back();
        finish(node);
        continue;
      }
      const std::size_t next = graph_[node][edge++];
      assert(next < graph_.size());
      if (marks_[next] == mark::fresh) {
        push(next);
      } else if (marks_[next] == mark::on_path) {
        back(std::span<const std::size_t>(path_).subspan(depths_[next]));
      }
    }
  }

 private:
  void push(std::size_t node) {
    marks_[node] = mark::on_path;
    depths_[node] = path_.size();
    path_.push_back(node);
    edges_.push_back(0);
  }

  const need_graph& graph_;
  std::vector<mark> marks_;
  std::vector<std::size_t> depths_;  // the position in the path of each node on it
  std::vector<std::size_t> path_;    // from the start to the node being visited
  std::vector<std::size_t> edges_;   // the next edge to follow, for each node on the path
};

}  // namespace

std::vector<std::vector<std::size_t>> find_cycles(const need_graph& graph, std::size_t most) {
  std::vector<std::vector<std::size_t>> cycles;
  std::vector<bool> told(graph.size());
  std::size_t looked_at = 0;
  const auto tell = [&](std::span<const std::size_t> cycle) {
    if (cycles.size() == most || looked_at > enough_looked_at) return;
    looked_at += cycle.size();
    if (std::ranges::any_of(cycle, [&](std::size_t n) { return told[n]; })) return;
    for (const std::size_t n : cycle) told[n] = true;
    cycles.emplace_back(cycle.begin(), cycle.end());
  };
  walk w(graph);
  for (std::size_t i = 0; i < graph.size() && cycles.size() < most; ++i)
    w.from(
        i, [](std::size_t) {}, tell);
  return cycles;
}

std::vector<std::size_t> needs_first(const need_graph& graph) {
  std::vector<std::size_t> order;
  order.reserve(graph.size());
  walk w(graph);
  for (std::size_t i = 0; i < graph.size(); ++i)
    w.from(
        i, [&](std::size_t node) { order.push_back(node); },
        [](const auto&) { assert(!"a cycle"); });
  return order;
}

std::vector<duration> remaining_paths(const need_graph& graph,
                                      std::span<const duration> durations) {
  assert(durations.size() == graph.size());
  const std::vector<std::size_t> order = needs_first(graph);
  std::vector<duration> longest(durations.begin(), durations.end());
  // From last to first: everything that needs a node is settled before it.
  for (auto node = order.rbegin(); node != order.rend(); ++node)
    for (const std::size_t needed : graph[*node])
      longest[needed] = std::max(longest[needed], durations[needed] + longest[*node]);
  return longest;
}

}  // namespace weir
