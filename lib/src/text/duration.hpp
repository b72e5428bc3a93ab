/// Durations as people type them: 10, 10s, 1.5s, .2, 250ms, 1m30s, 2h, 1d.
#pragma once

#include <chrono>
#include <string_view>
#include <variant>

namespace weir {

/// A share of the median run time of the jobs that ended: 200%.
struct percent_of_median {
  double percent = 0;
  bool operator==(const percent_of_median&) const = default;
};

using timeout_value = std::variant<std::chrono::nanoseconds, percent_of_median>;

/// A bare number is in seconds. Units, in upper or lower case, go from large to small, each at most
/// once.
/// \param option its name in the message: "--timeout", "retry.backoff".
/// \throws usage_error for anything else: negative, more than 292 years, trailing text.
std::chrono::nanoseconds parse_duration(std::string_view option, std::string_view text);

/// A duration, or a percentage above 0.
timeout_value parse_timeout(std::string_view option, std::string_view text);

}  // namespace weir
