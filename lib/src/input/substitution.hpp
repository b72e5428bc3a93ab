/// s/// and tr/// (y///) of {= EXPR =}.
#pragma once

#include <optional>

#include "input/expression_reader.hpp"
#include "input/item_expression.hpp"

namespace weir {

/// \returns nullopt if no such statement comes next. The flags of s are g, i, and e for an E as in
/// `$_ = E`; that of tr is d.
/// \throws usage_error for a pattern that RE2 does not accept.
std::optional<item_expression::statement> read_substitution(expression_reader& from);

}  // namespace weir
