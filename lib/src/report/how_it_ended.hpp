/// How a job ended, in a phrase; also for a job that ended in the run being resumed.
#pragma once

#include <string>

#include <weir/event.hpp>

namespace weir {

/// "exit 3", "exit 3 (in an earlier run)".
std::string how_it_ended(const job_ended& e);

}  // namespace weir
