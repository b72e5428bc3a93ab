/// Functions that bash has put into the environment (export -f), and scripts that call one of them.
///
/// No other shell finds them there: bash has to run a command that calls one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// Their names, from BASH_FUNC_name%%=() {...}.
/// \param environment like ::environ.
std::vector<std::string> exported_functions(const char* const* environment);

/// Whether one of the names stands in a script where a command may begin. Quotes are ignored, so
/// this may be true of a script that only prints such a text: bash runs that just as well.
bool calls_one_of(std::string_view script, std::span<const std::string> names);

}  // namespace weir
