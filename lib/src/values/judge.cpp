#include "values/judge.hpp"

#include <algorithm>
#include <csignal>

namespace weir {

bool is_among(const outcome& how, const std::vector<int>& codes) {
  const bool has_code = std::holds_alternative<exited>(how) ||
                        std::holds_alternative<signaled>(how) ||
                        std::holds_alternative<spawn_failed>(how);
  return has_code && std::find(codes.begin(), codes.end(), shell_status(how)) != codes.end();
}

verdict judge(const outcome& how, const job_settings& settings) {
  if (is_among(how, settings.ok)) return verdict::succeeded;
  if (is_among(how, settings.skip)) return verdict::skipped;
  if (const auto* gone = std::get_if<cancelled>(&how))
    return gone->started || gone->by_ctl ? verdict::cancelled : verdict::not_started;
  return std::holds_alternative<skipped>(how) ? verdict::skipped : verdict::failed;
}

bool failed_by_stop_signal(const outcome& how, const job_settings& settings) {
  static const std::vector<int> statuses{128 + SIGHUP, 128 + SIGINT, 128 + SIGQUIT, 128 + SIGTERM};
  return is_among(how, statuses) && judge(how, settings) == verdict::failed;
}

cancelled ended_by_itself(const outcome& how) {
  const auto* const killed = std::get_if<signaled>(&how);
  return {.started = true, .signal = killed != nullptr ? killed->signal : 0, .by_itself = true};
}

}  // namespace weir
