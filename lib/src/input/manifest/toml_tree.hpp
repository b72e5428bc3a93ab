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

/// Whether the text, and any piece of it after those before it, may be given to the parser.
/// \returns false, and one more fault, when it is larger than largest_toml, or has what the parser
/// does not survive (toml_guard.hpp).
bool may_parse_toml(std::string_view text, fault_list& faults);

/// \param text TOML 1.0, UTF-8. \pre may_parse_toml().
/// \returns nothing, and one more fault, when it is not TOML, or nested deeper than `deepest`
/// (json_tree.hpp).
std::optional<node> parse_toml(std::string_view text, fault_list& faults);

/// The same for a piece (toml_pieces.hpp) that begins with `first_line` of its document. What is
/// wrong with it is not told.
std::optional<node> parse_toml_piece(std::string_view piece, std::uint32_t first_line);

}  // namespace weir::doc
