/// One history of a run with workers; and the smallest like it that breaks the same rule.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulation/workers/plan.hpp"
#include "simulation/workers/rules.hpp"

namespace simulation::workers {

struct history {
  std::optional<broken_rule> found;
  std::uint64_t fingerprint = 0;
  std::vector<std::string> trace;  ///< only if requested
};

/// One seed in this many is a run with workers.
constexpr std::uint64_t one_seed_in = 32;
constexpr bool has_workers(std::uint64_t seed) {
  return seed % one_seed_in == 5;
}

history live_through(const plan& p, bool keep_trace = false);
plan shrink(plan p, const std::string& rule);

}  // namespace simulation::workers
