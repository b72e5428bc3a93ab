/// --results as GNU parallel lays them out: stdout, stderr and seq of each job, where
/// job_spec::item says.
#pragma once

#include <memory>

#include <weir/job_spec.hpp>

#include "report/records/record.hpp"

namespace weir {

std::unique_ptr<record> open_result_tree(const record_settings& settings);

/// Whether an earlier run has left the job's output there.
bool has_result_in_tree(const job_spec& job);

}  // namespace weir
