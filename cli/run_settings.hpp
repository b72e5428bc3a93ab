/// What a run takes from the place where weir runs: limits, orphans, a weir around it.
#pragma once

#include "keeper.hpp"
#include "options.hpp"
#include "process/local_executor.hpp"
#include "signals.hpp"

namespace weir::cli {

/// What jobs, and what is started for them, get back. Raises the limit of open files.
inherited_state inherited_by_jobs(const signals& s);

/// Raises the limit of open files and makes this process a child subreaper.
/// \param kept the process in front.
local_executor_settings executor_settings(const options& o, const signals& s, const kept& kept);

/// Of the terminal that weir shares, else 80 by 24.
terminal_cells screen_of_ours();

/// --nice and --tmpdir: of weir itself, and thereby of its jobs.
/// Makes the directory of --wd. \throws usage_error for one that cannot be had.
void take_on(const options& o);

/// The SIGTERM of a weir around this one comes without the haste of a supervisor: how long shields
/// last is decided there.
void be_patient_inside_weir(options& o);

}  // namespace weir::cli
