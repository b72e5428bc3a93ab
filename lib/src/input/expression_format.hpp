/// sprintf of {= =}: its format is checked when the expression is read, and never sees an item.
#pragma once

#include <string_view>
#include <vector>

#include "input/expression_reader.hpp"

namespace weir {

/// \throws usage_error for a conversion that is not known, or that would take another argument
/// (%*d).
expression_value formatted_by(std::string_view format, std::vector<expression_value> arguments);

}  // namespace weir
