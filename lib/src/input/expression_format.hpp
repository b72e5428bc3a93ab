/// sprintf in {= =}: its format is checked when the expression is read, and is never an item.
#pragma once

#include <string_view>
#include <vector>

#include "input/expression_reader.hpp"

namespace weir {

/// \throws usage_error for an unknown conversion, or one that takes a further argument (%*d).
expression_value formatted_by(std::string_view format, std::vector<expression_value> arguments);

}  // namespace weir
