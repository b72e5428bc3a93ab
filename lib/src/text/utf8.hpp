/// What is well-formed UTF-8 and what is not (Unicode 15, table 3-7).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

struct utf8_sequence {
  std::size_t length = 0;  ///< bytes; 0: not well-formed
  bool cut_off = false;    ///< it only lacks bytes that may still come
};

/// The sequence at the start of `text`. \pre text is not empty
utf8_sequence first_sequence(std::string_view text) noexcept;

/// The text after the byte order mark that it may begin with.
std::string_view without_byte_order_mark(std::string_view text) noexcept;

/// Tells whether text that comes in pieces is UTF-8.
class utf8_checker {
 public:
  void take(std::string_view piece);
  /// Whether all that was taken is, as a whole.
  bool is_utf8() const noexcept { return good_ && cut_off_.empty(); }

 private:
  std::string cut_off_;  ///< the start of a sequence, at most three bytes
  bool good_ = true;
};

}  // namespace weir
