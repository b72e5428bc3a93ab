/// --results FILE.jsonl: one JSON object a job, with what it wrote.
#pragma once

#include <memory>

#include "report/records/record.hpp"

namespace weir {

/// \throws usage_error
std::unique_ptr<record> open_result_lines(const record_settings& settings);

}  // namespace weir
