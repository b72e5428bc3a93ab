/// One history: a whole run in its simulated world, and after each of its crashes the run that
/// resumes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulation/invariants.hpp"
#include "simulation/scenario.hpp"

namespace simulation {

struct history {
  std::optional<violation> found;
  std::uint64_t fingerprint = 0;
  std::vector<std::string> trace;  ///< only if requested
  unsigned runs = 0;               ///< the first one, and those that resumed it
};

history live_through(const scenario& s, bool keep_trace = false);

}  // namespace simulation
