/// How to run a job again, alone, in a shell.
#pragma once

#include <string>

#include <weir/job_spec.hpp>

namespace weir {

/// The job's command line, in its directory and reading its file. Of text given as input, only the
/// length is shown; values of its environment never appear. Safe to show: control characters and
/// bytes that are not UTF-8 are written as described in pasted_line.hpp.
/// \param slot replaces {%}; 0 means the job never ran, and 1 is used.
/// \param utf8 if false, bytes outside ASCII are not shown as they are, either.
std::string command_alone(const job_spec& job, unsigned slot, bool utf8);

/// A command that runs the job again from its manifest, with all its settings
/// (job_settings::again); for other jobs, the same as command_alone.
std::string command_to_repeat(const job_spec& job, unsigned slot, bool utf8);

}  // namespace weir
