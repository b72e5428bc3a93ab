/// A script that begins with #! and is written in whatever its interpreter reads.
///
/// It is handed to the interpreter as a file without a name: sh opens a here-document and executes
/// the interpreter in its own place, so that all of the job is in its arguments, can be printed and
/// pasted, and nothing is left behind. Where the interpreter is missing, it says so and exits 127.
/// Of the line after #! the kernel's rules hold (execve(2)): a path, then at most one argument.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// Whether it is one: `#!`, and more lines.
bool is_interpreted(std::string_view script);

/// The path after #!. \pre is_interpreted(script)
std::string_view interpreter_of(std::string_view script);

/// For `sh -c`; the arguments of sh become those of the script. \pre is_interpreted(script)
std::string run_by_interpreter(std::string_view script);

}  // namespace weir
