/// UTF-8: what is well-formed and what is not (Unicode 15, table 3-7; RFC 3629), and counting it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

/// U+FFFD, for what cannot be written as it is.
inline constexpr std::string_view replacement_character = "\xef\xbf\xbd";

struct utf8_sequence {
  std::size_t length = 0;   ///< bytes, 1 to 4; 0: not well-formed
  bool cut_off = false;     ///< only lacks bytes that may still come
  char32_t code_point = 0;  ///< if it is well-formed
};

/// The sequence at the start of `text`. \pre text is not empty
utf8_sequence first_sequence(std::string_view text) noexcept;

/// Whether the byte continues a sequence that an earlier byte has begun.
constexpr bool continues_sequence(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80;
}

/// The number of code points. Every byte that does not continue a sequence counts as one, even in
/// text that is not UTF-8.
std::size_t count_code_points(std::string_view text) noexcept;

/// The byte offset after `count` code points, counted in the same way, at most text.size().
std::size_t offset_after(std::string_view text, std::size_t count) noexcept;

/// The text without the byte order mark that it may begin with.
std::string_view without_byte_order_mark(std::string_view text) noexcept;

/// Tells whether text that arrives in pieces is UTF-8.
class utf8_checker {
 public:
  void take(std::string_view piece);
  /// Whether everything taken so far is UTF-8 as a whole.
  bool is_utf8() const noexcept { return good_ && cut_off_.empty(); }

 private:
  std::string cut_off_;  ///< the start of a sequence, at most three bytes
  bool good_ = true;
};

}  // namespace weir
