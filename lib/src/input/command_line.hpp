/// A line of standard input that is a command line.
///
/// A line without shell syntax is split into words and executed directly; any other is a script for
/// the shell, unchanged. There are no placeholders in it.
#pragma once

#include <cstdint>
#include <string_view>

#include <weir/job_spec.hpp>

#include "input/shell_program.hpp"

namespace weir {

/// Sets seq, argv and, for a script, text. \pre no NUL in `line`; not blank.
/// \param shell run as `SHELL -c LINE`. If somebody chose it no line is executed directly: shells
/// have functions, builtins and syntax of their own.
job_spec parse_command_line(std::uint64_t seq, std::string_view line,
                            const shell_program& shell = {});

}  // namespace weir
