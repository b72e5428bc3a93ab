/// Records that cannot be: a file that is asked for twice, as input and as a record or as two
/// records, and one that cannot be written.
#pragma once

#include "options.hpp"

namespace weir::cli {

/// Before anything is opened for writing, and made or emptied by it: of several records one that
/// cannot be written would come too late for the others.
/// \throws usage_error that names the option, or both; also for a record "-", which is no file.
void check_files(const options& o);

}  // namespace weir::cli
