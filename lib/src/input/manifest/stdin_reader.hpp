/// Reads `stdin`: a file, a text, or a file to be split into blocks.
#pragma once

#include <string_view>
#include <vector>

#include "input/manifest/field_checker.hpp"
#include "input/manifest/job_draft.hpp"

namespace weir::doc {

void read_stdin(job_draft& job, const node& value, field_checker& check);

/// The keys of its table.
std::vector<std::string_view> stdin_keys();

}  // namespace weir::doc
