#include "report/stop_text.hpp"

#include <fmt/format.h>

#include <weir/outcome.hpp>

namespace weir {

std::string format_seconds(std::chrono::nanoseconds d) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(d);
  return whole.count() <= 0 ? "0s" : format_duration(whole);
}

std::string count_jobs(unsigned long long n) {
  return fmt::format("{} job{}", n, n == 1 ? "" : "s");
}

namespace {

std::string soft_text(unsigned running, unsigned shielded,
                      std::optional<std::chrono::nanoseconds> left) {
  if (shielded == 0) return "ending " + count_jobs(running) + "; Ctrl-C again insists";
  const bool one = shielded == 1;
  std::string text =
      fmt::format("{}, {} shielded keep{} running", count_jobs(running), shielded, one ? "s" : "");
  if (left) text += fmt::format(" ({} left)", format_seconds(*left));
  return text + (one ? "; Ctrl-C again ends it too" : "; Ctrl-C again ends them too");
}

}  // namespace

std::string stop_text(stop_phase phase, unsigned running, unsigned shielded,
                      std::optional<std::chrono::nanoseconds> left) {
  const bool idle = running == 0;
  switch (phase) {
    case stop_phase::running:
      return {};
    case stop_phase::soft:
      return idle ? "no job is running" : soft_text(running, shielded, left);
    case stop_phase::hard:
      if (idle) return "no job is running";
      return fmt::format("ending {}, shielded or not; Ctrl-C again kills", count_jobs(running));
    case stop_phase::kill:
      return "killing " + count_jobs(running);
    case stop_phase::gave_up:
      return count_jobs(running) + " would not die";
  }
  return {};
}

}  // namespace weir
