/// Whether a failed attempt is repeated. Pure.
#pragma once

#include <optional>

#include <weir/event.hpp>

#include "values/judge.hpp"

namespace weir {

/// \param attempts made so far, at least one, the last of which ended with `how`.
/// \returns how long to wait before the next attempt; nullopt if there is none.
std::optional<duration> retry_after(const outcome& how, unsigned attempts,
                                    const job_settings& settings);

/// Spreads retries of many jobs: `random` in [0, 1) gives 50 % to 100 % of the delay ("equal
/// jitter").
duration with_jitter(duration delay, double random);

}  // namespace weir
