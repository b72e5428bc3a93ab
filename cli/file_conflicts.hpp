/// Records that are impossible: a file named twice, as input and as a record or as two records, and
/// one that cannot be written.
#pragma once

#include "options.hpp"

namespace weir::cli {

/// To be called before anything is opened for writing, and so made or emptied: one of several
/// records that cannot be written would be noticed too late for the others.
/// \throws usage_error that names the option, or both; also for a record "-", which is not a file.
void check_files(const options& o);

}  // namespace weir::cli
