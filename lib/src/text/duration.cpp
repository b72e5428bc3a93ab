#include "text/duration.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>

#include "text/number.hpp"

namespace weir {

namespace {

using std::chrono::nanoseconds;

struct unit {
  std::string_view name;
  nanoseconds length;
};

// From large to small. "ms" is not mistaken for "m", because the whole unit, up to the next digit,
// is compared.
constexpr std::array<unit, 5> units{{{"d", std::chrono::hours(24)},
                                     {"h", std::chrono::hours(1)},
                                     {"m", std::chrono::minutes(1)},
                                     {"s", std::chrono::seconds(1)},
                                     {"ms", std::chrono::milliseconds(1)}}};
constexpr std::size_t seconds_unit = 3;

std::string_view take_unit_name(std::string_view& text) {
  const auto end = text.find_first_of("0123456789.");
  const auto name = text.substr(0, end);
  text.remove_prefix(name.size());
  return name;
}

/// In upper or lower case, as in GNU parallel.
std::optional<std::size_t> unit_index(std::string_view name) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (std::size_t i = 0; i < units.size(); ++i)
    if (std::ranges::equal(units[i].name, name, {}, {}, lower)) return i;
  return std::nullopt;
}

/// If the sum is too long to be represented, returns the longest there is.
nanoseconds add(nanoseconds sum, double number, nanoseconds length) {
  // The greatest double below 2^63; anything more would not be representable.
  constexpr double most = 9223372036854774784.0;
  const double part = number * static_cast<double>(length.count());
  if (!(part + static_cast<double>(sum.count()) <= most)) return nanoseconds::max();
  return sum + nanoseconds(static_cast<nanoseconds::rep>(part + 0.5));
}

/// nanoseconds::max() if it is too long.
std::optional<nanoseconds> duration_of(std::string_view text) {
  nanoseconds sum{};
  std::size_t next_unit = 0;
  do {
    const auto number = take_decimal(text);
    if (!number) return std::nullopt;
    const auto name = take_unit_name(text);
    const bool bare = name.empty() && next_unit == 0;
    const auto index = bare ? seconds_unit : unit_index(name);
    if (!index || *index < next_unit) return std::nullopt;
    sum = add(sum, *number, units[*index].length);
    next_unit = *index + 1;
  } while (!text.empty());
  return sum;
}

std::optional<percent_of_median> percentage_of(std::string_view text) {
  const auto number = take_decimal(text);
  constexpr double most = 1e6;
  if (!number || text != "%" || *number <= 0 || *number > most) return std::nullopt;
  return percent_of_median{*number};
}

nanoseconds within_range(nanoseconds length, std::string_view option, std::string_view text) {
  if (length == nanoseconds::max())
    refuse_value(option, text, "a valid duration", "at most 292 years, 106751d");
  return length;
}

}  // namespace

nanoseconds parse_duration(std::string_view option, std::string_view text) {
  if (const auto length = duration_of(text)) return within_range(*length, option, text);
  refuse_value(option, text, "a duration",
               "a number of seconds, or one with ms, s, m, h or d, such as 1m30s");
}

timeout_value parse_timeout(std::string_view option, std::string_view text) {
  if (const auto length = duration_of(text)) return within_range(*length, option, text);
  if (const auto share = percentage_of(text)) return *share;
  refuse_value(option, text, "a duration",
               "a number of seconds, or one with ms, s, m, h or d, such as 1m30s, or a percentage "
               "of the median run "
               "time, such as 200%");
}

}  // namespace weir
