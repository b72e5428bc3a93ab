/// A line of standard input that is a command line.
///
/// A line without shell syntax is split into words and executed directly; any other is passed to
/// the shell unchanged, as a script. Lines have no placeholders.
#pragma once

#include <cstdint>
#include <string_view>

#include <weir/job_spec.hpp>

#include "input/shell_program.hpp"

namespace weir {

/// Sets seq, argv and, for a script, text.
/// \pre `line` has no NUL and is not blank.
/// \param shell run as `SHELL -c LINE`. If the user chose it, no line is executed directly: shells
/// have functions, builtins and syntax of their own.
job_spec parse_command_line(std::uint64_t seq, std::string_view line,
                            const shell_program& shell = {});

}  // namespace weir
