/// Whole numbers as option values, within a range.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace weir {

/// Per job, and as a number in a placeholder.
inline constexpr std::uint64_t most_items = 1'000'000'000;

/// Decimal digits only. \throws usage_error naming the option, what was found and the range.
std::uint64_t parse_count(std::string_view option, std::string_view text, std::uint64_t least = 0,
                          std::uint64_t most = std::numeric_limits<std::uint64_t>::max());

/// The same with a sign, for --nice and priorities.
std::int64_t parse_signed_count(std::string_view option, std::string_view text, std::int64_t least,
                                std::int64_t most);

}  // namespace weir
