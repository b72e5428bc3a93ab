/// Finds the placeholders in scripts for fish and csh; see script.hpp.
///
/// Neither shell evaluates data by itself: the value of a variable is one word, whatever it
/// contains, and a number is digits. So it is enough to know the quotes, and the commands that
/// parse their arguments (foreign_words.hpp).
#pragma once

#include <string_view>

#include "input/script.hpp"

namespace weir {

/// \throws usage_error if a placeholder stands where no variable is expanded.
scanned_script scan_fish_script(std::string_view script, const placeholder_grammar& grammar);
scanned_script scan_csh_script(std::string_view script, const placeholder_grammar& grammar);

}  // namespace weir
