/// bash functions that a command may call (export -f), and the shell that runs commands calling
/// one.
#pragma once

#include <string>
#include <vector>

#include "options.hpp"

namespace weir::cli {

/// Those in the environment, except ones with the name of a program: then the program was meant.
std::vector<std::string> callable_functions();

/// Lets bash run a command that calls one, unless a shell was specified. Items remain data in it.
/// \throws usage_error if there is no bash.
void settle_functions(options& o);

}  // namespace weir::cli
