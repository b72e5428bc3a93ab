/// --termseq of GNU parallel: the signals that end a job, and how long each may take.
#pragma once

#include <string>

#include "dialects/option_table.hpp"

namespace weir {

/// --close-timeout's value for SIGNAL,MS,...: jobs get TERM, and KILL when that has passed.
/// \throws usage_error for other signals, or if KILL is not the last one.
std::string close_timeout_for(const given_foreign_option& sequence);

}  // namespace weir
