#include "text/escape.hpp"

#include "text/ci_command.hpp"
#include "text/display_width.hpp"
#include "text/utf8.hpp"

namespace weir {

namespace {

constexpr std::string_view ellipsis = "\u2026";

void append_hex(std::string& out, std::string_view prefix, unsigned value, unsigned digits) {
  out += prefix;
  for (unsigned shift = digits * 4; shift > 0; shift -= 4)
    out += "0123456789abcdef"[value >> (shift - 4) & 0xfU];
}

void append_control(std::string& out, char c) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      append_hex(out, "\\x", static_cast<unsigned char>(c), 2);
  }
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
}

/// Beyond ASCII: C1 controls, line separators, and characters that change the direction of writing.
bool is_treacherous(char32_t c) {
  return (c >= 0x80 && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f || c == 0x2028 ||
         c == 0x2029 || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool is_plain_ascii(char c) {
  return c >= ' ' && c <= '~';
}

/// Appends the escaped form of the first character of `text`. \returns its bytes in `text`.
std::size_t append_escaped(std::string& out, std::string_view text) {
  if (is_control(text.front())) {
    append_control(out, text.front());
    return 1;
  }
  const utf8_sequence next = first_sequence(text);
  if (next.length == 0) {
    append_hex(out, "\\x", static_cast<unsigned char>(text.front()), 2);
    return 1;
  }
  if (is_treacherous(next.code_point))
    append_hex(out, "\\u", static_cast<unsigned>(next.code_point), 4);
  else
    out += text.substr(0, next.length);
  return next.length;
}

struct step {
  std::size_t bytes = 1;
  unsigned columns = 1;
};

step step_over(std::string_view text) {
  const utf8_sequence next = first_sequence(text);
  return next.length == 0 ? step{} : step{next.length, code_point_width(next.code_point)};
}

/// The number of bytes at the front of `text` that fit into `columns`, including the combining
/// characters that follow.
std::size_t fitting(std::string_view text, std::size_t columns) {
  std::size_t at = 0;
  while (at < text.size()) {
    const step next = step_over(text.substr(at));
    if (next.columns > columns) break;
    columns -= next.columns;
    at += next.bytes;
  }
  return at;
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain_ascii(text[plain])) ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (!text.empty()) text.remove_prefix(append_escaped(out, text));
  }
  break_commands(out);
  return out;
}

std::size_t display_width(std::string_view escaped) {
  std::size_t columns = 0;
  while (!escaped.empty()) {
    const step next = step_over(escaped);
    columns += next.columns;
    escaped.remove_prefix(next.bytes);
  }
  return columns;
}

std::string clip(std::string_view escaped, std::size_t columns) {
  if (fitting(escaped, columns) == escaped.size()) return std::string(escaped);
  if (columns == 0) return {};
  std::string cut(escaped.substr(0, fitting(escaped, columns - 1)));
  cut += ellipsis;
  return cut;
}

std::string escape_and_clip(std::string_view text, std::size_t columns) {
  // A title may be a megabyte: anything far beyond the last column need not be escaped. Combining
  // characters take no column, so the bound is generous.
  const std::size_t enough = columns * 16 + 64;
  if (text.size() <= enough) return clip(escape(text), columns);
  const std::string head = escape(text.substr(0, enough));
  if (display_width(head) > columns) return clip(head, columns);
  return clip(head + std::string(ellipsis), columns);
}

std::string escape_and_clip_amid(std::string_view text, std::size_t columns) {
  if (columns == 0) return {};
  const std::size_t enough = columns * 16 + 64;
  if (text.size() <= 2 * enough && display_width(escape(text)) <= columns) return escape(text);
  const std::size_t at_end = columns / 2;
  const std::string head = escape(text.substr(0, enough));
  std::string cut = head.substr(0, fitting(head, columns - at_end - 1)) + std::string(ellipsis);
  text.remove_prefix(text.size() - std::min(text.size(), enough));
  // At most three bytes are the rest of a character that was cut; more are no UTF-8.
  const auto is_rest = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  for (int i = 0; i < 3 && !text.empty() && is_rest(text.front()); ++i) text.remove_prefix(1);
  const std::string tail = escape(text);
  std::size_t from = 0;
  for (std::size_t width = display_width(tail); width > at_end;) {
    const step next = step_over(std::string_view(tail).substr(from));
    width -= next.columns;
    from += next.bytes;
  }
  return cut += tail.substr(from);
}

}  // namespace weir
