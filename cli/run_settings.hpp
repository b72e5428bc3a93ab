/// What a run takes from its surroundings: limits, orphans, a weir around it.
#pragma once

#include <optional>
#include <string>

#include "keeper.hpp"
#include "options.hpp"
#include "process/local_executor.hpp"
#include "signals.hpp"

namespace weir::cli {

/// What jobs, and helpers started for them, get back. Raises the limit of open files.
inherited_state inherited_by_jobs(const signals& s);

/// Raises the limit of open files and makes this process a child subreaper.
/// \param kept the process in front.
local_executor_settings executor_settings(const options& o, const signals& s, const kept& kept);

/// That of the terminal that weir shares, otherwise 80 by 24.
terminal_cells screen_of_ours();

/// That --shard leaves no job to a run that has any; known at its end.
std::optional<std::string> note_on_empty_part(const options& o);

/// Applies --nice and --tmpdir: to weir itself, and so to its jobs.
/// Makes the directory of --wd. \throws usage_error if one is not possible.
void take_on(const options& o);

/// \param makes create a missing one, as GNU parallel does.
/// \throws usage_error unless it is a directory, or a link to one, that may be entered.
void require_directory(const std::string& option, const std::string& dir, bool makes);

/// The SIGTERM of a weir around this one lacks the haste of a supervisor: that weir decides how
/// long shields last.
void be_patient_inside_weir(options& o);

}  // namespace weir::cli
