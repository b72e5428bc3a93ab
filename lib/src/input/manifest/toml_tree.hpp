/// Parses a TOML document into a tree with positions.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "input/manifest/fault.hpp"
#include "input/manifest/node.hpp"

namespace weir::doc {

/// The most bytes in a TOML manifest: unlike JSON Lines, it is held in memory.
inline constexpr std::size_t largest_toml = 64u << 20;

/// Whether the text, and any piece of it after earlier ones, may be given to the parser.
/// \returns false, and adds a fault, if it is larger than largest_toml, or contains what the parser
/// does not survive (toml_guard.hpp).
bool may_parse_toml(std::string_view text, fault_list& faults);

/// \param text TOML 1.0, UTF-8.
/// \pre may_parse_toml().
/// \returns nullopt, and adds a fault, if it is not TOML, or nested deeper than `deepest`
/// (json_tree.hpp).
std::optional<node> parse_toml(std::string_view text, fault_list& faults);

/// The same for a piece (toml_pieces.hpp) that begins with line `first_line` of its document. Its
/// faults are not reported.
std::optional<node> parse_toml_piece(std::string_view piece, std::uint32_t first_line);

}  // namespace weir::doc
