/// "Did you mean": the known name closest to one that is not known.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>

namespace weir {

/// Insertions, deletions, replacements and swaps of neighbours from one to the other (optimal
/// string alignment); anything above `most` is given as most + 1.
std::size_t edit_distance(std::string_view from, std::string_view to, std::size_t most);

/// How far a name of this length may be from what was meant: 2, or 1 if it has less than 4 letters.
constexpr std::size_t near_enough(std::string_view name) {
  return name.size() < 4 ? 1 : 2;
}

/// The first of the closest names in a range of strings; none if none is near enough. The view is
/// one of an element of `known`.
template <typename Names>
std::optional<std::string_view> near_name(std::string_view wrong, const Names& known) {
  std::optional<std::string_view> best;
  std::size_t best_distance = near_enough(wrong) + 1;
  for (const auto& name : known) {
    const std::string_view candidate = name;
    const std::size_t distance = edit_distance(wrong, candidate, best_distance - 1);
    if (distance >= best_distance || distance >= candidate.size()) continue;
    best_distance = distance;
    best = candidate;
    if (distance == 0) break;
  }
  return best;
}

}  // namespace weir
