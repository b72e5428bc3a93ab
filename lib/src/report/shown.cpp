#include "report/shown.hpp"

#include "text/escape.hpp"
#include "text/utf8.hpp"

namespace weir {

namespace {

std::string to_ascii(std::string_view escaped) {
  std::string ascii;
  ascii.reserve(escaped.size());
  for (const char c : escaped) {
    if (static_cast<unsigned char>(c) < 0x80)
      ascii += c;
    else if (!continues_sequence(c))
      ascii += '?';
  }
  return ascii;
}

}  // namespace

std::string without_colours(std::string_view text) {
  constexpr std::string_view start = "\x1b[";
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; (at = text.find(start)) != std::string_view::npos;) {
    const std::size_t end = text.find_first_not_of("0123456789;:", at + start.size());
    const bool is_colour = end != std::string_view::npos && text[end] == 'm';
    const std::size_t next = is_colour ? end + 1 : at + start.size();
    plain += text.substr(0, is_colour ? at : next);
    text.remove_prefix(next);
  }
  return plain += text;
}

std::string shown(std::string_view text, bool utf8) {
  std::string escaped = escape(text);
  return utf8 ? escaped : to_ascii(escaped);
}

std::string shown_clipped(std::string_view text, std::size_t columns, bool utf8) {
  if (utf8) return escape_and_clip(text, columns);
  std::string ascii = shown(text, false);
  if (ascii.size() <= columns) return ascii;
  if (columns < 2) return ascii.substr(0, columns);
  return ascii.substr(0, columns - 2) + "..";
}

}  // namespace weir
