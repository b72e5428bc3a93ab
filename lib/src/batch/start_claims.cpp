#include "batch/start_claims.hpp"

#include "text/size.hpp"

namespace weir {

bool start_claims::lets_start(const job_spec& job, time_point) {
  const resource_claims& wanted = job.settings->claims;
  if (!account_.has_memory_for(wanted)) {
    reason_ = "claims of memory, " + short_size(account_.left().memory) + " of " +
              short_size(wanted.memory) + " left";
    return false;
  }
  if (!account_.has_cpus_for(wanted)) {
    reason_ = "claims of CPUs, " + short_number(account_.left().cpus) + " of " +
              short_number(wanted.cpus) + " left";
    return false;
  }
  return true;
}

}  // namespace weir
