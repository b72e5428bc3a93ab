/// --resume, --resume-failed and --retry-failed of GNU parallel: what --joblog FILE says has run.
#pragma once

#include <string>

#include "dialects/parallel_records.hpp"
#include "options.hpp"

namespace weir::cli {

/// Jobs that do not run again are noted in the options; with --retry-failed the failed commands of
/// the file take the place of COMMAND and its input. A file that is not there resumes nothing.
/// \param shell of those commands. \throws usage_error for a file that is no joblog; io_error.
void resume(options& o, const parallel_records& wanted, const std::string& shell);

}  // namespace weir::cli
