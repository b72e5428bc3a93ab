#include "text/number.hpp"

#include <charconv>
#include <string>

#include <weir/error.hpp>

#include "text/escape.hpp"

namespace weir {

namespace {

constexpr std::size_t longest_shown = 60;

bool starts_with_digit(std::string_view text) {
  return !text.empty() && is_digit(text.front());
}

std::size_t digits_at_front(std::string_view text) {
  const auto end = text.find_first_not_of("0123456789");
  return end == std::string_view::npos ? text.size() : end;
}

}  // namespace

bool is_all_digits(std::string_view text) {
  return !text.empty() && digits_at_front(text) == text.size();
}

std::optional<std::uint64_t> take_digits(std::string_view& text) {
  if (!starts_with_digit(text)) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::optional<double> take_decimal(std::string_view& text) {
  std::size_t length = digits_at_front(text);
  if (length < text.size() && text[length] == '.') {
    const std::size_t decimals = digits_at_front(text.substr(length + 1));
    if (decimals == 0) return std::nullopt;
    length += 1 + decimals;
  }
  if (length == 0) return std::nullopt;
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + length, number, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + length) return std::nullopt;
  text.remove_prefix(length);
  return number;
}

void refuse_value(std::string_view option, std::string_view found, std::string_view what,
                  std::string_view expected) {
  std::string message(option);
  message += ": \"" + escape_and_clip(found, longest_shown) + "\" is not ";
  message += what;
  message += ": expected ";
  message += expected;
  throw usage_error(message);
}

void refuse_choice(std::string_view option, std::string_view found, std::string_view expected) {
  throw usage_error(std::string(option) + ": invalid value \"" +
                    escape_and_clip(found, longest_shown) + "\": expected " +
                    std::string(expected));
}

}  // namespace weir
