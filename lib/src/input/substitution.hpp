/// s///, tr/// (y///) and m// of {= EXPR =}.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "input/expression_reader.hpp"
#include "input/item_expression.hpp"

namespace weir {

/// \returns nullopt if no such statement comes next. The flags of s are g, i, and e for an E as in
/// `$_ = E`; that of tr is d.
/// \throws usage_error for a pattern that RE2 does not accept.
std::optional<item_expression::statement> read_substitution(expression_reader& from);

/// /RE/ and m{RE}, with the flag i. What it finds becomes the reader's last match.
/// \returns nullopt if none comes next.
std::optional<std::function<bool(const std::string&)>> read_match(expression_reader& from);

/// Whether a delimiter of a text, as of q(...), comes next.
bool opens_text(expression_reader& from);

}  // namespace weir
