/// Functions of bash that a command may call (export -f), and who runs what calls one.
#pragma once

#include <string>
#include <vector>

#include "options.hpp"

namespace weir::cli {

/// Those in the environment that no program hides: a program of that name is what was meant.
std::vector<std::string> callable_functions();

/// Lets bash run a command that calls one, unless a shell was asked for. Items stay data in it.
/// \throws usage_error if there is no bash.
void settle_functions(options& o);

}  // namespace weir::cli
