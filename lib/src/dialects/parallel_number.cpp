#include "dialects/parallel_number.hpp"

#include <cstdint>
#include <string_view>

#include "text/number.hpp"

namespace weir {

std::string in_digits(const std::string& number) {
  constexpr std::string_view units = "kmgtp";
  constexpr double too_much = 9e18;
  std::string_view unit = number;
  auto value = take_decimal(unit);
  if (!value) return number;
  if (!unit.empty()) {
    const bool binary = unit.size() == 2 && (unit[1] == 'i' || unit[1] == 'I');
    const bool is_small = unit[0] >= 'a';
    const auto power = units.find(static_cast<char>(unit[0] | 0x20));
    if (power == std::string_view::npos || (unit.size() > 1 && !binary)) return number;
    for (std::size_t i = 0; i <= power; ++i) *value *= is_small && !binary ? 1000 : 1024;
  }
  return *value < 1 || *value > too_much ? number
                                         : std::to_string(static_cast<std::uint64_t>(*value));
}

}  // namespace weir
