/// --results as a table in GNU parallel's form, FILE.csv or FILE.tsv, or as one JSON object per
/// line, FILE.json: the columns of --joblog, the items, and the output of each job.
#pragma once

#include <memory>

#include "report/records/record.hpp"

namespace weir {

/// The items come from job_spec::item, in the form that split_result_cells() takes. \throws
/// usage_error
std::unique_ptr<record> open_result_table(const record_settings& settings);

}  // namespace weir
