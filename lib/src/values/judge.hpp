/// What the end of an attempt means for its job.
#pragma once

#include <vector>

#include <weir/job_spec.hpp>
#include <weir/outcome.hpp>
#include <weir/tally.hpp>

namespace weir {

/// Compares the status that a shell would report: a script that is a single command is executed
/// without one.
bool is_among(const outcome& how, const std::vector<int>& codes);

/// Whether that is a success depends on the job: which exit codes are ok, or mean a skip.
verdict judge(const outcome& how, const job_settings& settings);

}  // namespace weir
