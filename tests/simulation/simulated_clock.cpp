#include "simulation/simulated_clock.hpp"

#include <algorithm>
#include <utility>

namespace simulation {

bool simulated_clock::jump() {
  const bool world_first = !world_.empty() && (!wait_ || world_.begin()->first <= *wait_);
  if (!world_first && !wait_) return false;
  now_ = std::max(now_, world_first ? world_.begin()->first : *wait_);
  if (world_first) {
    world_.extract(world_.begin()).mapped()();
  } else {
    wait_.reset();
    std::exchange(reached_, nullptr)();
  }
  return true;
}

}  // namespace simulation
