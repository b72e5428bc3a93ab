#include "report/shown.hpp"

#include "input/escape.hpp"

namespace weir {

namespace {

std::string to_ascii(std::string_view escaped) {
  std::string ascii;
  ascii.reserve(escaped.size());
  for (const char c : escaped) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continuation = (byte & 0xc0U) == 0x80;
    if (byte < 0x80)
      ascii += c;
    else if (!continuation)
      ascii += '?';
  }
  return ascii;
}

}  // namespace

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
