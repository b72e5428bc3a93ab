#include "batch/retry_policy.hpp"

#include <algorithm>

namespace weir {

namespace {

bool contains(const std::vector<int>& codes, int code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// By what a shell would say: a script that is one command is executed without it.
bool is_among(const outcome& how, const std::vector<int>& codes) {
  const bool has_code = std::holds_alternative<exited>(how) ||
                        std::holds_alternative<signaled>(how) ||
                        std::holds_alternative<spawn_failed>(how);
  return has_code && contains(codes, shell_status(how));
}

bool is_retried(const outcome& how, const retry_settings& retry) {
  if (std::holds_alternative<timed_out>(how)) return retry.all_failures || retry.on_timeout;
  return retry.all_failures || is_among(how, retry.exit_codes);
}

}  // namespace

verdict judge(const outcome& how, const job_settings& settings) {
  if (is_among(how, settings.ok)) return verdict::succeeded;
  if (is_among(how, settings.skip)) return verdict::skipped;
  if (const auto* gone = std::get_if<cancelled>(&how))
    return gone->started ? verdict::cancelled : verdict::not_started;
  return std::holds_alternative<skipped>(how) ? verdict::skipped : verdict::failed;
}

std::optional<duration> retry_after(const outcome& how, unsigned attempts,
                                    const job_settings& settings) {
  const retry_settings& retry = settings.retry;
  if (attempts > retry.times || judge(how, settings) != verdict::failed || !is_retried(how, retry))
    return std::nullopt;
  duration delay = retry.backoff;
  if (retry.longest_backoff == duration{}) return delay;
  for (unsigned i = 1; i < attempts && delay < retry.longest_backoff; ++i) delay *= 2;
  return std::min(delay, retry.longest_backoff);
}

duration with_jitter(duration delay, double random) {
  return std::chrono::duration_cast<duration>(delay * (0.5 + random / 2));
}

}  // namespace weir
