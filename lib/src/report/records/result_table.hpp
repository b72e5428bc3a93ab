/// --results as GNU parallel writes them into a table, FILE.csv or FILE.tsv, or a line of JSON
/// each, FILE.json: what --joblog has, the items, and what each job wrote.
#pragma once

#include <memory>

#include "report/records/record.hpp"

namespace weir {

/// The items are those of job_spec::item, as result_cells() puts them. \throws usage_error
std::unique_ptr<record> open_result_table(const record_settings& settings);

}  // namespace weir
