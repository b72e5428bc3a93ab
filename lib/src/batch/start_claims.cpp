#include "batch/start_claims.hpp"

#include "text/size.hpp"

namespace weir {

bool start_claims::lets_start(const job_spec& job, time_point) {
  const resource_claims& wanted = job.settings->claims;
  if (!account_.has_memory_for(wanted)) {
    reason_ = "claims of memory (needs " + short_size(wanted.memory) + ", " +
              short_size(account_.left().memory) + " free)";
    return false;
  }
  if (!account_.has_cpus_for(wanted)) {
    reason_ = "claims of CPUs (needs " + short_number(wanted.cpus) + ", " +
              short_number(account_.left().cpus) + " free)";
    return false;
  }
  if (!account_.lacks_gpus_for(wanted) && !account_.has_gpus_for(wanted)) {
    reason_ = "claims of GPUs (needs " + std::to_string(wanted.gpus) + ", " +
              std::to_string(account_.left().gpus) + " free)";
    return false;
  }
  return true;
}

}  // namespace weir
