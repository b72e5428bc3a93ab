#include "values/claims_account.hpp"

#include <algorithm>

namespace weir {

namespace {

/// Makes ten times 0.1 equal 1, and covers what is left of that when all of it was given back.
constexpr double rounding = 1e-6;

}  // namespace

resource_claims claims_account::left() const {
  return {capacity_.memory - std::min(taken_.memory, capacity_.memory),
          std::max(capacity_.cpus - taken_.cpus, 0.0),
          capacity_.gpus - std::min(taken_.gpus, capacity_.gpus)};
}

bool claims_account::has_memory_for(const resource_claims& wanted) const {
  return capacity_.memory == 0 || wanted.memory <= left().memory;
}

bool claims_account::has_cpus_for(const resource_claims& wanted) const {
  return wanted.cpus <= 0 || capacity_.cpus <= 0 ||
         taken_.cpus + wanted.cpus <= capacity_.cpus + rounding;
}

void claims_account::take(const resource_claims& wanted) {
  taken_.memory += wanted.memory;
  taken_.cpus += wanted.cpus;
  taken_.gpus += wanted.gpus;
}

void claims_account::give_back(const resource_claims& wanted) {
  taken_.memory -= wanted.memory;
  taken_.cpus -= wanted.cpus;
  taken_.gpus -= wanted.gpus;
}

}  // namespace weir
