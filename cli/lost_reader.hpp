/// A reader of raw output that has gone: jobs write there themselves, so that weir learns of it
/// only by their deaths.
#pragma once

#include <weir/event.hpp>
#include <weir/job_spec.hpp>

namespace weir::cli {

/// Whether an attempt ends here by SIGPIPE, or by a shell's exit status for that.
bool ends_by_pipe(const event& e);

/// Whether one ends here by SIGPIPE that wrote to stdout and stderr itself, and one of these has no
/// reader any more. A pipe within the job is its own affair.
/// \param common for jobs that say nothing about their output.
bool is_reader_lost(const event& e, output_mode common);

}  // namespace weir::cli
