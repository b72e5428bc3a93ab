/// A whole run, from options to its end: builds the pieces, connects them, waits for them.
#pragma once

#include "exit_status.hpp"
#include "options.hpp"
#include "signals.hpp"
#include "system/standard_streams.hpp"

namespace weir::cli {

/// \param known_as the process that users know the run by.
/// \throws usage_error for inputs that cannot be opened; nothing was started then.
run_end run(options o, const system::standard_streams& streams, signals& signals, pid_t known_as);

/// Prints the command lines that run would start, one a line, and starts nothing.
run_end dry_run(options o, const system::standard_streams& streams);

}  // namespace weir::cli
