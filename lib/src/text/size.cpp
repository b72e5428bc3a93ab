#include "text/size.hpp"

#include <cstddef>
#include <optional>

#include <fmt/format.h>

#include "text/number.hpp"

namespace weir {

namespace {

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// The factor of "", B, K, KB, KiB and so on.
std::optional<double> factor_of(std::string_view unit) {
  if (unit.empty() || unit == "B") return 1.0;
  constexpr std::string_view prefixes = "KMGTP";
  const auto power = prefixes.find(upper(unit.front()));
  if (power == std::string_view::npos) return std::nullopt;
  const auto rest = unit.substr(1);
  if (!rest.empty() && rest != "B" && rest != "iB") return std::nullopt;
  double factor = 1024;
  for (std::size_t i = 0; i < power; ++i) factor *= 1024;
  return factor;
}

std::optional<std::uint64_t> size_of(std::string_view text) {
  std::string_view rest = text;
  if (const auto exact = take_digits(rest); exact && rest.empty()) {
    if (*exact > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
    return exact;  // a double would round it
  }
  const auto number = take_decimal(text);
  if (!number) return std::nullopt;
  const bool fraction =
      static_cast<double>(static_cast<std::uint64_t>(*number < 1e15 ? *number : 0)) != *number;
  const auto factor = factor_of(text);
  if (!factor || (fraction && *factor == 1.0)) return std::nullopt;
  constexpr double most = 9223372036854774784.0;
  const double bytes = *number * *factor;
  if (!(bytes <= most)) return std::nullopt;
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace

std::uint64_t parse_size(std::string_view option, std::string_view text) {
  if (const auto size = size_of(text)) return *size;
  refuse_value(option, text, "a size",
               "a number of bytes below 2^63, with K, M, G or T, such as 64K");
}

std::string size_for_people(std::uint64_t bytes) {
  if (bytes >= (1U << 20) && bytes % (1U << 20) == 0) return fmt::format("{} MiB", bytes >> 20);
  if (bytes >= (1U << 10) && bytes % (1U << 10) == 0) return fmt::format("{} KiB", bytes >> 10);
  return fmt::format("{} byte{}", bytes, bytes == 1 ? "" : "s");
}

std::string short_size(std::uint64_t bytes) {
  constexpr std::string_view units = "KMGTPE";
  std::size_t unit = 0;
  std::uint64_t whole = bytes;
  std::uint64_t rest = 0;
  for (; whole >= 1024 && unit < units.size(); ++unit) {
    rest = whole % 1024;
    whole /= 1024;
  }
  if (unit == 0) return fmt::format("{}", bytes);
  const auto tenths = rest * 10 / 1024;
  if (whole >= 10 || tenths == 0) return fmt::format("{}{}", whole, units[unit - 1]);
  return fmt::format("{}.{}{}", whole, tenths, units[unit - 1]);
}

std::string short_number(double number) {
  return fmt::format("{:.3g}", number);
}

}  // namespace weir
