#include "batch/retry_policy.hpp"

#include <algorithm>
#include <chrono>

namespace weir {

namespace {

constexpr auto usual_longest_backoff = std::chrono::minutes(5);

bool is_retried(const outcome& how, const retry_settings& retry) {
  if (const auto* failed = std::get_if<spawn_failed>(&how); failed && failed->step == "refused")
    return false;  // its data would be the same
  if (std::holds_alternative<timed_out>(how)) return retry.all_failures || retry.on_timeout;
  return retry.all_failures || is_among(how, retry.exit_codes);
}

}  // namespace

std::optional<duration> retry_after(const outcome& how, unsigned attempts,
                                    const job_settings& settings) {
  const retry_settings& retry = settings.retry;
  if (attempts > retry.times || judge(how, settings) != verdict::failed || !is_retried(how, retry))
    return std::nullopt;
  duration delay = retry.backoff;
  if (delay == duration{}) return delay;
  const duration most = retry.longest_backoff == duration{}
                            ? std::max<duration>(delay, usual_longest_backoff)
                            : retry.longest_backoff;
  for (unsigned i = 1; i < attempts && delay < most; ++i) delay = std::min(delay, most / 2) * 2;
  return std::min(delay, most);
}

duration with_jitter(duration delay, double random) {
  return std::chrono::duration_cast<duration>(delay * (0.5 + random / 2));
}

}  // namespace weir
