/// A script that begins with #!, in whatever language its interpreter reads.
///
/// The interpreter gets it as a file without a name: sh opens a here-document and executes the
/// interpreter in its own place, so that the whole job is in its arguments, can be printed and
/// pasted, and nothing is left behind. If the interpreter is missing, sh says so and exits 127. The
/// line after #! follows the kernel's rules (execve(2)): a path, then at most one argument.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// Whether it is such a script: `#!`, and more lines.
bool is_interpreted(std::string_view script);

/// The path after #!. \pre is_interpreted(script)
std::string_view interpreter_of(std::string_view script);

/// A script for `sh -c`, which passes the arguments of sh on to the interpreted script.
/// \pre is_interpreted(script)
std::string run_by_interpreter(std::string_view script);

}  // namespace weir
