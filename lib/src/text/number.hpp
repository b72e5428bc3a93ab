/// What the values of options share: strict numbers, and one form of message for all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// One or more digits, nothing else.
bool is_all_digits(std::string_view text);

/// Takes decimal digits off the front of `text`. nullopt: there is no digit, or more than 64 bits.
std::optional<std::uint64_t> take_digits(std::string_view& text);

/// Takes "12", "1.5" or ".5" off the front of `text`: no sign, no exponent, and digits after a
/// point.
std::optional<double> take_decimal(std::string_view& text);

/// Throws usage_error: `OPTION: "FOUND" is not WHAT: expected EXPECTED`.
[[noreturn]] void refuse_value(std::string_view option, std::string_view found,
                               std::string_view what, std::string_view expected);

/// For one of a few words. Throws usage_error: `OPTION: invalid value "FOUND": expected EXPECTED`.
[[noreturn]] void refuse_choice(std::string_view option, std::string_view found,
                                std::string_view expected);

}  // namespace weir
