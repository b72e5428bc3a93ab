#include "report/node_text.hpp"

#include <algorithm>

#include "report/shown.hpp"

namespace weir {

namespace {

constexpr std::size_t most_nodes = 6;
constexpr std::size_t widest_node_name = 24;

}  // namespace

std::string node_text(const progress_state& state) {
  const auto nodes = state.nodes();
  if (nodes.size() < 2) return {};
  std::string text;
  for (std::size_t i = 0; i < std::min(nodes.size(), most_nodes); ++i) {
    if (i > 0) text += ", ";
    text += shown_clipped(nodes[i].node, widest_node_name, false) + ": ";
    text += std::to_string(nodes[i].running);
  }
  if (nodes.size() > most_nodes)
    text += " and " + std::to_string(nodes.size() - most_nodes) + " more";
  return text;
}

}  // namespace weir
