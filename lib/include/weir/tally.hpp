/// How many jobs of a run ended in which way.
#pragma once

#include <cstdint>

namespace weir {

/// How a job ended, as the run counts it.
enum class verdict { succeeded, failed, skipped, cancelled, not_started };

/// "succeeded", "failed", "skipped", "cancelled", "not started".
const char* to_string(verdict judged);

struct tally {
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;   ///< all of them
  std::uint64_t allowed = 0;  ///< of these, the allowed failures (job_settings::allow_failure)
  std::uint64_t skipped = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t not_started = 0;

  /// \param may_fail only matters for a failed job.
  void count(verdict judged, bool may_fail);

  /// All but not_started.
  std::uint64_t done() const { return succeeded + failed + skipped + cancelled; }
  std::uint64_t total() const { return done() + not_started; }
  bool operator==(const tally&) const = default;
};

}  // namespace weir
