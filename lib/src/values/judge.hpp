/// What the end of an attempt means for its job.
#pragma once

#include <vector>

#include <weir/job_spec.hpp>
#include <weir/outcome.hpp>
#include <weir/tally.hpp>

namespace weir {

/// By what a shell would say: a script that is one command is executed without it.
bool is_among(const outcome& how, const std::vector<int>& codes);

/// Whether that is success depends on the job: its exit codes that are ok, or a skip.
verdict judge(const outcome& how, const job_settings& settings);

}  // namespace weir
