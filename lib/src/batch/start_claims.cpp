#include "batch/start_claims.hpp"

#include <algorithm>

#include "text/size.hpp"

namespace weir {

namespace {

/// 0.1 ten times is 1 here.
constexpr double rounding = 1e-6;

}  // namespace

bool start_claims::lets_start(const job_spec& job, time_point) {
  const resource_claims& wanted = job.settings->claims;
  if (wanted.memory > 0 && capacity_.memory > 0) {
    const std::uint64_t left = capacity_.memory - std::min(taken_.memory, capacity_.memory);
    if (wanted.memory > left) {
      reason_ =
          "claims of memory, " + short_size(left) + " of " + short_size(wanted.memory) + " left";
      return false;
    }
  }
  if (wanted.cpus > 0 && capacity_.cpus > 0 &&
      taken_.cpus + wanted.cpus > capacity_.cpus + rounding) {
    reason_ = "claims of CPUs, " + short_number(std::max(capacity_.cpus - taken_.cpus, 0.0)) +
              " of " + short_number(wanted.cpus) + " left";
    return false;
  }
  return true;
}

void start_claims::started(const job_spec& job, time_point) {
  const resource_claims& wanted = job.settings->claims;
  taken_.memory += wanted.memory;
  taken_.cpus += wanted.cpus;
  if (wanted.cpus > 0) ++claiming_cpus_;
}

void start_claims::ended(const job_spec& job) {
  const resource_claims& wanted = job.settings->claims;
  taken_.memory -= wanted.memory;
  taken_.cpus -= wanted.cpus;
  if (wanted.cpus > 0 && --claiming_cpus_ == 0) taken_.cpus = 0;
}

}  // namespace weir
