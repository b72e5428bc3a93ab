/// A whole run, from options to its end: builds the parts, connects them, waits for them.
#pragma once

#include "exit_status.hpp"
#include "files/standard_streams.hpp"
#include "keeper.hpp"
#include "options.hpp"
#include "signals.hpp"

namespace weir::cli {

/// \param kept the process in front.
/// \param end ends the process by a signal that arrives while input is still being read as a whole:
/// then nothing has been started. It is called in a signal handler.
/// \throws usage_error for inputs that cannot be opened; then nothing has been started.
run_end run(options o, const standard_streams& streams, signals& signals, const kept& kept,
            void (*end)(int));

/// Prints the command lines that run would start, one per line, and starts nothing.
/// A signal ends it at once.
run_end dry_run(options o, const standard_streams& streams, const signals& signals);

}  // namespace weir::cli
