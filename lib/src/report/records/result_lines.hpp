/// --results FILE.jsonl: one JSON object per job, with its output.
#pragma once

#include <memory>

#include "report/records/record.hpp"

namespace weir {

/// \throws usage_error
std::unique_ptr<record> open_result_lines(const record_settings& settings);

}  // namespace weir
