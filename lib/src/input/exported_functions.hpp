/// Functions that bash has put into the environment (export -f), and what calls one of them.
///
/// No other shell finds them there: a command that calls one is bash's to run.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// Their names, of BASH_FUNC_name%%=() {...}. \param environment as ::environ.
std::vector<std::string> exported_functions(const char* const* environment);

/// Whether one of the names stands in a script where a command may begin. Quotes are not looked at:
/// it may be said of a script that only prints such a text, which bash runs as well.
bool calls_one_of(std::string_view script, std::span<const std::string> names);

}  // namespace weir
