/// The little that positions need to know of UTF-8: counting code points.
///
/// Every byte that does not continue a sequence counts as one, also in text that is not UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace weir::doc {

/// The number of code points.
std::size_t utf8_length(std::string_view text) noexcept;

/// The byte offset after `count` code points, at most text.size().
std::size_t utf8_offset(std::string_view text, std::size_t count) noexcept;

}  // namespace weir::doc
