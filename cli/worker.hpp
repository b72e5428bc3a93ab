/// weir --worker: the other end of a run with --on.
#pragma once

#include "keeper.hpp"
#include "options.hpp"
#include "signals.hpp"

namespace weir::cli {

/// \throws usage_error if somebody typed that at a terminal.
void check_worker();

/// Runs jobs that arrive on stdin until the run that sends them has no more, or has gone. \returns
/// the exit status.
int be_worker(const options& o, signals& signals, const kept& kept);

}  // namespace weir::cli
