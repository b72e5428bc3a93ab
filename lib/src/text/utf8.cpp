#include "text/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>

namespace weir {

namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080U;

/// Eight bytes at a time: nearly all output is pure ASCII.
std::size_t ascii_prefix(std::string_view text) noexcept {
  std::size_t at = 0;
  for (std::uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    if ((eight & high_bits) != 0) break;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  return at;
}

}  // namespace

utf8_sequence first_sequence(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {1, false, first};
  if (first < 0xc2 || first > 0xf4) return {};
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t code_point = first & (0x7fU >> length);
  unsigned char lowest = 0x80;
  unsigned char highest = 0xbf;
  if (first == 0xe0) lowest = 0xa0;
  if (first == 0xed) highest = 0x9f;
  if (first == 0xf0) lowest = 0x90;
  if (first == 0xf4) highest = 0x8f;
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= text.size()) return {0, true, 0};
    if (byte(i) < lowest || byte(i) > highest) return {};
    code_point = code_point << 6U | (byte(i) & 0x3fU);
    lowest = 0x80;
    highest = 0xbf;
  }
  return {length, false, code_point};
}

std::size_t count_code_points(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(text, std::not_fn(continues_sequence)));
}

std::size_t offset_after(std::string_view text, std::size_t count) noexcept {
  std::size_t offset = 0;
  for (; offset < text.size(); ++offset)
    if (!continues_sequence(text[offset]) && count-- == 0) return offset;
  return offset;
}

std::string_view without_byte_order_mark(std::string_view text) noexcept {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

void utf8_checker::take(std::string_view piece) {
  while (good_ && !cut_off_.empty() && !piece.empty()) {
    cut_off_ += piece.front();
    piece.remove_prefix(1);
    const utf8_sequence whole = first_sequence(cut_off_);
    good_ = whole.length > 0 || whole.cut_off;
    if (!whole.cut_off) cut_off_.clear();
  }
  while (good_) {
    piece.remove_prefix(ascii_prefix(piece));
    if (piece.empty()) return;
    const utf8_sequence next = first_sequence(piece);
    if (next.cut_off) {
      cut_off_ = piece;
      return;
    }
    good_ = next.length > 0;
    piece.remove_prefix(next.length);
  }
}

}  // namespace weir
