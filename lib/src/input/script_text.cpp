#include "input/script_text.hpp"

#include <algorithm>

#include "input/shell_syntax.hpp"

namespace weir {

namespace {

std::string in_single_quotes(std::string_view value) {
  std::string quoted = "'";
  for (const char c : value) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + '\'';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Bare only where it cannot be taken for an assignment, a reserved word, the number of a
/// descriptor, or the rest of a word.
std::string as_word(std::string_view value, const script_part& part) {
  const bool descriptor =
      part.before_redirection && std::all_of(value.begin(), value.end(), is_digit);
  const bool bare = part.whole_word && !value.empty() && !descriptor && !is_shells_own(value) &&
                    std::all_of(value.begin(), value.end(), is_plain_byte);
  return bare ? std::string(value) : in_single_quotes(value);
}

std::string with_backslashes(std::string_view value, std::string_view special) {
  std::string escaped;
  for (const char c : value) {
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

/// Within double quotes: closes them around what an interactive shell would expand (also !).
std::string within_double_quotes(std::string_view value) {
  if (value.find_first_of("\"\\$`!") == std::string_view::npos) return std::string(value);
  return '"' + in_single_quotes(value) + '"';
}

std::string within_single_quotes(std::string_view value) {
  const std::string quoted = in_single_quotes(value);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

void append_reference(std::string& script, std::size_t parameter, quoting place) {
  const std::string number = std::to_string(parameter);
  const std::string quoted = parameter < 10 ? "\"$" + number + '"' : "\"${" + number + "}\"";
  switch (place) {
    case quoting::none:
      script += quoted;
      break;
    case quoting::single_quotes:
      script += '\'' + quoted + '\'';
      break;
    case quoting::double_quotes:
    case quoting::brace:
    case quoting::here_document:
    case quoting::arithmetic:
      script += "${" + number + '}';
      break;
  }
}

bool append_quoted(std::string& script, std::string_view value, const script_part& part) {
  switch (part.place) {
    case quoting::none:
      script += as_word(value, part);
      return true;
    case quoting::single_quotes:
      script += within_single_quotes(value);
      return true;
    case quoting::double_quotes:
      script += within_double_quotes(value);
      return true;
    case quoting::brace:
      script += with_backslashes(value, "\\\"$`}");
      return true;
    case quoting::here_document:
      script += with_backslashes(value, "\\$`");
      return value.find('\n') == std::string_view::npos;
    case quoting::arithmetic:
      script += value;
      return true;
  }
  return false;
}

bool is_number_like(std::string_view value) {
  constexpr std::string_view operators = " +-*/%.#";
  return std::all_of(value.begin(), value.end(), [&](char c) {
    return is_name_byte(c) || operators.find(c) != std::string_view::npos;
  });
}

}  // namespace weir
