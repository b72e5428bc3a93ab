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

std::string_view next_signal(std::string_view reason) {
  if (reason == "SIGINT") return "Ctrl-C again";
  return reason.substr(0, 3) == "SIG" ? "another signal" : "Ctrl-C";
}

std::string wait_text(unsigned running, unsigned shielded,
                      std::optional<std::chrono::nanoseconds> left, std::string_view next) {
  const bool one = shielded == 1;
  std::string text =
      fmt::format("{}, {} shielded keep{} running", count_jobs(running), shielded, one ? "s" : "");
  if (left) text += fmt::format(" ({} left)", format_seconds(*left));
  return text + fmt::format("; {} ends {} too", next, one ? "it" : "them");
}

}  // namespace

std::string stop_text(stop_phase phase, unsigned running, unsigned shielded,
                      std::optional<std::chrono::nanoseconds> left, std::string_view reason) {
  const std::string jobs = count_jobs(running);
  const std::string_view next = next_signal(reason);
  switch (phase) {
    case stop_phase::running:
      if (running == 0) return "nothing more starts";
      return fmt::format("nothing more starts, {} go{} on", jobs, running == 1 ? "es" : "");
    case stop_phase::soft:
      if (running == 0) return "no job is running";
      if (shielded > 0) return wait_text(running, shielded, left, next);
      return fmt::format("ending {}; {} insists", jobs, next);
    case stop_phase::hard:
      if (running == 0) return "no job is running";
      return fmt::format("ending {}, shielded or not; {} kills", jobs, next);
    case stop_phase::kill:
      return "killing " + jobs;
    case stop_phase::gave_up:
      return jobs + " would not die";
  }
  return {};
}

}  // namespace weir
