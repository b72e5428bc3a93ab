/// GNU parallel's --resume, --resume-failed and --retry-failed: which jobs have run according to
/// --joblog FILE.
#pragma once

#include <string>

#include "dialects/parallel_records.hpp"
#include "options.hpp"

namespace weir::cli {

/// Records in the options which jobs do not run again; with --retry-failed, the failed commands of
/// the file replace COMMAND and its input. A file that does not exist resumes nothing.
/// \param shell for those commands. \throws usage_error for a file that is not a joblog; io_error.
void resume(options& o, const parallel_records& wanted, const std::string& shell);

}  // namespace weir::cli
