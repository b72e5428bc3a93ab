/// Makes a failing scenario smaller while it still breaks the same rule: fewer jobs, fewer faults,
/// plainer options.
#pragma once

#include "simulation/invariants.hpp"
#include "simulation/scenario.hpp"

namespace simulation {

scenario shrink(scenario failing, rule broken);

}  // namespace simulation
