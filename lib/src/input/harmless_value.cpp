// Which items may stand where a shell evaluates them.
#include <algorithm>
#include <string_view>

#include "input/evaluated_words.hpp"
#include "input/shell_syntax.hpp"

namespace weir {

namespace {

/// Digits and operators. Letters only within a number: 0x1F, 16#ff, 1e3.
bool is_number(std::string_view value) {
  constexpr std::string_view operators = " +-*/%.#";
  bool digits = false;
  bool in_token = false;
  for (const char c : value) {
    if (!is_name_byte(c) && operators.find(c) == std::string_view::npos) return false;
    const bool letter = is_name_byte(c) && !is_digit(c);
    if (letter && !in_token) return false;
    digits = digits || is_digit(c);
    in_token = is_name_byte(c) || (c == '#' && in_token);
  }
  return digits;
}

/// A word that every shell takes literally.
bool is_plain_word(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), is_plain_byte);
}

bool is_name(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), is_name_byte);
}

}  // namespace

bool is_harmless(std::string_view value, evaluation as) {
  switch (as) {
    case evaluation::none:
      return true;
    case evaluation::number:
      return is_number(value);
    case evaluation::name:
      return is_name(value);
    case evaluation::assignment:
      return is_name(value.substr(0, value.find('=')));
    case evaluation::script:
      return is_plain_word(value);
  }
  return false;
}

}  // namespace weir
