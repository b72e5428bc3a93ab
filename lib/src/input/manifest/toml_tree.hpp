/// A TOML document, parsed into a tree with places.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "input/manifest/fault.hpp"
#include "input/manifest/node.hpp"

namespace weir::doc {

/// Bytes of a TOML manifest, at most: it is held in memory, unlike JSON Lines.
inline constexpr std::size_t largest_toml = 64u << 20;

/// \param text TOML 1.0, UTF-8.
/// \returns nothing, and one more fault, when it is not TOML, is larger than largest_toml, or
/// nested deeper than `deepest` (json_tree.hpp).
std::optional<node> parse_toml(std::string_view text, fault_list& faults);

}  // namespace weir::doc
