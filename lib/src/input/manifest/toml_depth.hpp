/// Guards toml++ against keys of millions of dotted parts, each of which is a table inside the
/// last: freeing those would overflow the stack. toml++ 3.3 bounds brackets, but not dots.
#pragma once

#include <optional>
#include <string_view>

#include "input/manifest/node.hpp"

namespace weir::doc {

/// The place in a TOML text where a key has more than `most` dots, if any. Strings and comments are
/// skipped; a text that is no TOML gives some answer and ends.
std::optional<position> find_deep_key(std::string_view text, std::size_t most) noexcept;

}  // namespace weir::doc
