/// How to run a job again, alone, in a shell.
#pragma once

#include <string>

#include <weir/job_spec.hpp>

namespace weir {

/// The job's command line, in its directory and reading its file; a text for its input is not
/// shown, but how long it is, and values of its environment are never in it. Safe to show: control
/// characters and bytes that are not UTF-8 are written as pasted_line.hpp says.
/// \param slot takes the place of {%}; 0: the job never ran, 1 is put.
/// \param utf8 else bytes outside ASCII are not shown as they are, either.
std::string command_alone(const job_spec& job, unsigned slot, bool utf8);

/// What runs the job again from its manifest, with all that it says (job_settings::again); for
/// other jobs the same.
std::string command_to_repeat(const job_spec& job, unsigned slot, bool utf8);

}  // namespace weir
