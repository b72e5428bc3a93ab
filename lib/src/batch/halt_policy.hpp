/// Decides, from how jobs ended, whether the run goes on (--halt).
///
/// Pure: it is told of ends and asked for a decision; it stops nothing itself.
#pragma once

#include <cstdint>

#include <weir/event.hpp>

#include "input/halt.hpp"

namespace weir {

class halt_policy {
 public:
  explicit halt_policy(halt_rule rule) : rule_(rule) {}

  /// \param allowed it may fail (job_settings::allow_failure): then its failure is not counted.
  /// \param total the jobs of the run as far as they are known; shares are of these.
  /// \returns what the rule demands now; `never`: go on.
  halt_rule::urgency ended(verdict judged, bool allowed, std::uint64_t total);

 private:
  halt_rule rule_;
  std::uint64_t done_ = 0;
  std::uint64_t matching_ = 0;
};

}  // namespace weir
