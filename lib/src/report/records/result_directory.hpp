/// --results DIR: a directory for each job, with stdout, stderr and outcome.json.
#pragma once

#include <memory>

#include "report/records/record.hpp"

namespace weir {

/// \throws usage_error
std::unique_ptr<record> open_result_directory(const record_settings& settings);

}  // namespace weir
