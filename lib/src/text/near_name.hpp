/// "Did you mean": the known name closest to an unknown one.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>

namespace weir {

/// Insertions, deletions, replacements and swaps of neighbours needed to turn one into the other
/// (optimal string alignment); anything above `most` is returned as most + 1.
std::size_t edit_distance(std::string_view from, std::string_view to, std::size_t most);

inline constexpr unsigned not_near = std::numeric_limits<unsigned>::max();

/// How far a known name is from what was meant; smaller is nearer, not_near means no guess. Case
/// and word separators do not count. A typing error ranks before a name that is cut short (`keep`),
/// that before one word among several (`order` and `keep-order`), then more errors or another
/// ending (`retry` and `retries`), and last a part (`log` of `joblog`).
unsigned unlikeness(std::string_view wrong, std::string_view known);

/// The first of the nearest names in a range of strings; nullopt if none is near. The view refers
/// to an element of `known`.
template <typename Names>
std::optional<std::string_view> near_name(std::string_view wrong, const Names& known) {
  std::optional<std::string_view> best;
  unsigned least = not_near;
  for (const auto& name : known) {
    const unsigned distance = unlikeness(wrong, name);
    if (distance >= least) continue;
    least = distance;
    best = name;
  }
  return best;
}

}  // namespace weir
