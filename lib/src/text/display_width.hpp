/// Code points of UTF-8 and the columns that a terminal gives them.
///
/// wcwidth(3) depends on the locale, and in the C locale knows ASCII only; hence a table.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir {

/// 0 for combining and invisible characters, 2 for East Asian wide ones and emoji, else 1.
/// Control characters are the caller's business.
unsigned code_point_width(char32_t c) noexcept;

/// Decodes the code point that `text` begins with. \pre text is not empty.
/// \returns its bytes, 1 to 4; 0 if they are not valid UTF-8 (RFC 3629: shortest form, no
/// surrogates).
std::size_t utf8_length(std::string_view text, char32_t& code_point) noexcept;

}  // namespace weir
