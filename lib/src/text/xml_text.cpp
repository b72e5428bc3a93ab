#include "text/xml_text.hpp"

#include <algorithm>

#include "text/utf8.hpp"

namespace weir {

namespace {

/// The replacement for a character that a reader would change or stop at, or that is not allowed at
/// all; empty if it stays.
std::string_view instead_of(char c, bool in_attribute) {
  switch (c) {
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '&':
      return "&amp;";
    case '"':
      return "&quot;";
    case '\t':
      return in_attribute ? "&#9;" : "";
    case '\n':
      return in_attribute ? "&#10;" : "";
    case '\r':
      return "&#13;";
    default:
      return static_cast<unsigned char>(c) < 0x20 ? replacement_character : std::string_view();
  }
}

bool is_no_character(std::string_view sequence) {
  return sequence == "\xef\xbf\xbe" || sequence == "\xef\xbf\xbf";
}

void append(std::string& to, std::string_view text, bool in_attribute) {
  while (!text.empty()) {
    const std::size_t length = first_sequence(text).length;
    const std::string_view whole = text.substr(0, std::max<std::size_t>(length, 1));
    const std::string_view other =
        length == 1 ? instead_of(text.front(), in_attribute) : std::string_view();
    if (length == 0 || is_no_character(whole))
      to += replacement_character;
    else
      to += other.empty() ? whole : other;
    text.remove_prefix(whole.size());
  }
}

}  // namespace

void append_xml(std::string& to, std::string_view text) {
  append(to, text, false);
}

void append_attribute(std::string& to, std::string_view name, std::string_view value) {
  ((to += ' ') += name) += "=\"";
  append(to, value, true);
  to += '"';
}

}  // namespace weir
