/// Reasons to stop that are reported in words of their own.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// A value of stop_changed::reason.
inline constexpr std::string_view reason_halt = "--halt";
/// The same. It is a sentence, where others are a signal or an option.
inline constexpr std::string_view reason_unstartable = "the first 3 jobs could not be started";

/// "stopped by SIGINT": how a run is described afterwards.
inline std::string stopped_because(std::string_view reason) {
  return (reason == reason_unstartable ? "stopped: " : "stopped by ") + std::string(reason);
}

}  // namespace weir
