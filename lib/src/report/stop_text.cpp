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

/// Rounded up: none is left only when it is over.
std::string left_for(std::chrono::nanoseconds d) {
  return format_seconds(std::chrono::ceil<std::chrono::seconds>(d));
}

std::string_view them(unsigned n) {
  return n == 1 ? "it" : "them";
}

bool is_signal(std::string_view reason) {
  return reason.substr(0, 3) == "SIG";
}

/// A log has no keys to press.
bool is_advised(std::string_view reason, bool at_terminal) {
  return at_terminal || (is_signal(reason) && reason != "SIGINT");
}

/// "; press Ctrl-C again to ACTION them". If no signal has been sent yet, it names the first one.
std::string next_step(std::string_view reason, bool at_terminal, std::string_view action) {
  if (!is_advised(reason, at_terminal)) return {};
  if (reason == "SIGINT") return fmt::format("; press Ctrl-C again to {}", action);
  if (is_signal(reason)) return fmt::format("; send another signal to {}", action);
  return fmt::format("; press Ctrl-C to {}", action);
}

/// The jobs have SIGTERM already: the next signal changes nothing, the one after it kills.
std::string next_two_steps(std::string_view reason, bool at_terminal, unsigned running) {
  if (!is_advised(reason, at_terminal)) return {};
  if (reason == "SIGINT") return fmt::format("; press Ctrl-C twice more to kill {}", them(running));
  if (is_signal(reason)) return fmt::format("; send two more signals to kill {}", them(running));
  return fmt::format("; press Ctrl-C twice to kill {}", them(running));
}

std::string wait_text(unsigned shielded, std::optional<std::chrono::nanoseconds> left,
                      std::string_view reason, bool at_terminal) {
  std::string text =
      fmt::format("waiting for {} shielded job{}", shielded, shielded == 1 ? "" : "s");
  if (left) text += fmt::format(" ({} left)", left_for(*left));
  return text + next_step(reason, at_terminal, fmt::format("end {} now", them(shielded)));
}

/// A signal has come by this phase, whatever the reason was in the beginning.
std::string hard_text(unsigned running, std::string_view reason, bool at_terminal) {
  const std::string_view by = is_signal(reason) ? reason : "SIGINT";
  return fmt::format("ending {}{}", count_jobs(running),
                     next_step(by, at_terminal, fmt::format("kill {}", them(running))));
}

}  // namespace

std::string stop_text(stop_phase phase, unsigned running, unsigned shielded,
                      std::optional<std::chrono::nanoseconds> left, std::string_view reason,
                      bool at_terminal) {
  switch (phase) {
    case stop_phase::running:
      if (running == 0) return "nothing more starts";
      return fmt::format("nothing more starts; waiting for {} running job{}{}", running,
                         running == 1 ? "" : "s",
                         next_step(reason, at_terminal, fmt::format("end {} now", them(running))));
    case stop_phase::soft:
      if (running == 0) return "nothing more starts";
      if (shielded > 0) return wait_text(shielded, left, reason, at_terminal);
      return fmt::format("ending {}{}", count_jobs(running),
                         next_two_steps(reason, at_terminal, running));
    case stop_phase::hard:
      if (running == 0) return "no jobs are running";
      return hard_text(running, reason, at_terminal);
    case stop_phase::kill:
      return "killing " + count_jobs(running);
    case stop_phase::gave_up:
      return count_jobs(running) + " could not be killed";
  }
  return {};
}

std::string left_text(std::uint64_t bytes) {
  return bytes == 1 ? "1 byte of output is left to write"
                    : fmt::format("{} bytes of output are left to write", bytes);
}

std::string drain_text(std::uint64_t bytes, std::string_view reason, bool at_terminal) {
  return left_text(bytes) + next_step(reason, at_terminal, bytes == 1 ? "drop it" : "drop them");
}

std::string leftovers_text(std::chrono::nanoseconds left, std::string_view reason,
                           bool at_terminal) {
  return fmt::format("ending what jobs have left running ({} left){}", left_for(left),
                     reason.empty() ? next_two_steps(reason, at_terminal, 1)
                                    : next_step(reason, at_terminal, "kill it"));
}

}  // namespace weir
