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

  /// \param allowed the job may fail (job_settings::allow_failure): a failure then does not count.
  /// \param known jobs of the run so far. \param all_are_known no more come, so shares are of
  /// these; until then, they are of at least 10 000. \returns what the rule demands now; `never`:
  /// go on.
  halt_rule::urgency ended(verdict judged, bool allowed, std::uint64_t known, bool all_are_known);

 private:
  halt_rule rule_;
  std::uint64_t matching_ = 0;
};

}  // namespace weir
