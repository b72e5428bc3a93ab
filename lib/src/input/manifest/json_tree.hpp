/// Parses one line of JSON into a tree with positions.
#pragma once

#include <optional>
#include <string_view>

#include "input/manifest/fault.hpp"
#include "input/manifest/node.hpp"

namespace weir::doc {

/// The deepest nesting of arrays and tables; in TOML, too.
inline constexpr std::size_t deepest = 64;

/// \param line one JSON value (RFC 8259) without comments, surrounded by optional blanks.
/// \param number of the line, for positions.
/// \returns nullopt, and adds a fault, if it is not JSON or nested deeper than `deepest`.
std::optional<node> parse_json(std::string_view line, std::uint32_t number, fault_list& faults);

}  // namespace weir::doc
