/// The number of columns that a terminal uses for a code point.
///
/// wcwidth(3) depends on the locale, and in the C locale knows only ASCII; hence a table.
#pragma once

namespace weir {

/// 0 for combining and invisible characters, 2 for East Asian wide ones and emoji, otherwise 1.
/// Control characters are the caller's business.
unsigned code_point_width(char32_t c) noexcept;

}  // namespace weir
