/// An attempt's decisions, with passed times: no process, no clock.
#pragma once

#include <optional>

#include "process/attempt_machine.hpp"
#include "support/catch.hpp"

namespace test {

using namespace weir;
using namespace std::chrono_literals;
using action = attempt_action;
using state = attempt_state;

inline const attempt_machine::time_point start{};

/// What an attempt holds at a time, from its start.
inline attempt_moment at(duration since) {
  return {start + since};
}
inline attempt_moment with_output(duration since) {
  return {start + since, true, false};
}
inline attempt_moment with_shields(duration since) {
  return {start + since, false, true};
}

/// Grace 10 s, 2 s from KILL to giving up, 60 s for shields.
struct machine_fixture {
  attempt_machine machine{{10s, 2s, 60s}};

  /// It runs, from the start on.
  void run(std::optional<duration> limit = std::nullopt) {
    machine.started(limit ? std::optional(start + *limit) : std::nullopt);
  }
  bool is_over(bool output = false, bool shields = false) {
    return machine.conclude(output, shields);
  }
};

}  // namespace test
