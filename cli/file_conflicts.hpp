/// Files that are asked for twice: as input and as a record, or as two records.
#pragma once

#include "options.hpp"

namespace weir::cli {

/// Before anything is opened for writing, and emptied by it.
/// \throws usage_error that names both.
void check_files(const options& o);

}  // namespace weir::cli
