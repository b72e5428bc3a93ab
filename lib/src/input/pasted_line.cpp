#include "input/pasted_line.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <weir/argument_list.hpp>

#include "text/escape.hpp"

namespace weir {

namespace {

/// A CI system may take text after a hash for a command, a shell text after an exclamation mark for
/// history.
bool is_escaped(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x7f || c == '#' || c == '!' || c == '\'';
}

/// The single-quoted format with which printf prints it.
std::string format_of(std::string_view text) {
  std::string format;
  bool after_digits = false;  // zsh reads up to four octal digits
  for (const char c : text) {
    const bool first = format.empty();
    const bool escaped =
        is_escaped(c) || (first && c == '-') || (after_digits && c >= '0' && c <= '7');
    if (escaped)
      format += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    else if (c == '\\' || c == '%')
      format += {c, c};
    else
      format += c;
    after_digits = escaped;
  }
  return format;
}

}  // namespace

bool is_showable(std::string_view text, bool utf8) {
  const auto beyond_ascii = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
  return escape(text) == text && (utf8 || std::none_of(text.begin(), text.end(), beyond_ascii));
}

std::string pasted_word(std::string_view word, bool utf8) {
  if (is_showable(word, utf8)) return shell_quote(word);
  return "\"$(printf '" + format_of(word) + "')\"";
}

std::string cd_command(std::string_view directory, const std::string& quoted) {
  const bool goes_up = directory.find("..") != std::string_view::npos;
  return (goes_up ? "cd -P " : "cd ") + quoted;
}

std::string pasted_line(std::string_view line, bool utf8) {
  if (is_showable(line, utf8)) return std::string(line);
  return "eval \"$(printf '" + format_of(line) + "')\"";
}

}  // namespace weir
