#include "input/count.hpp"

#include <optional>
#include <string>

#include "text/number.hpp"

namespace weir {

namespace {

template <typename Number>
std::string range_text(Number least, Number most) {
  const bool open = most == std::numeric_limits<Number>::max();
  const std::string from = std::to_string(least);
  return open ? "a whole number from " + from
              : "a whole number from " + from + " to " + std::to_string(most);
}

std::optional<std::int64_t> signed_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto digits = take_digits(text);
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!digits || !text.empty() || *digits > most) return std::nullopt;
  const auto number = static_cast<std::int64_t>(*digits);
  return negative ? -number : number;
}

}  // namespace

std::uint64_t parse_count(std::string_view option, std::string_view text, std::uint64_t least,
                          std::uint64_t most) {
  std::string_view rest = text;
  const auto number = take_digits(rest);
  if (number && rest.empty() && *number >= least && *number <= most) return *number;
  refuse_value(option, text, "a valid count", range_text(least, most));
}

std::int64_t parse_signed_count(std::string_view option, std::string_view text, std::int64_t least,
                                std::int64_t most) {
  const auto number = signed_number(text);
  if (number && *number >= least && *number <= most) return *number;
  refuse_value(option, text, "a valid number", range_text(least, most));
}

}  // namespace weir
