/// One line of JSON, parsed into a tree with places.
#pragma once

#include <optional>
#include <string_view>

#include "input/manifest/fault.hpp"
#include "input/manifest/node.hpp"

namespace weir::doc {

/// Arrays and tables inside each other, at most; in TOML too.
inline constexpr std::size_t deepest = 64;

/// \param line one JSON value (RFC 8259) without comments, and blanks around it.
/// \param number the line's, for positions.
/// \returns nothing, and one more fault, when it is not JSON or nested deeper than `deepest`.
std::optional<node> parse_json(std::string_view line, std::uint32_t number, fault_list& faults);

}  // namespace weir::doc
