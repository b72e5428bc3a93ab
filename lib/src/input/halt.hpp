/// When to stop the run because of how jobs ended: --halt.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir {

struct halt_rule {
  enum class urgency : std::uint8_t {
    never,
    soon,  ///< start nothing more, and let running jobs end
    now,   ///< end running jobs, too
  };
  enum class event : std::uint8_t { fail, success, done };

  urgency when = urgency::never;
  event what = event::fail;
  std::uint64_t count = 0;  ///< number of jobs, at least 1; with `percent`, from 1 to 100
  bool percent = false;
  bool operator==(const halt_rule&) const = default;
};

/// `never`, `now|soon,fail|success|done=N|N%`, and GNU parallel's older 0, 1 (soon,fail=1),
/// 2 (now,fail=1), -1 and -2 (the same for success), N% (soon,fail=N%).
/// \throws usage_error naming the option for anything else.
halt_rule parse_halt(std::string_view option, std::string_view text);

}  // namespace weir
