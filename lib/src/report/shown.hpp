/// Untrusted text made safe to show: escaped (input/escape), and ASCII only if the locale is not
/// UTF-8.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

/// escape(), with a question mark for each character outside ASCII unless `utf8`.
std::string shown(std::string_view text, bool utf8);

/// The same, at most `columns` wide; text that was cut ends in an ellipsis, or in ".." unless
/// `utf8`.
std::string shown_clipped(std::string_view text, std::size_t columns, bool utf8);

/// The output of a job without its colours (SGR, ECMA-48 8.3.117); all other control bytes stay.
std::string without_colours(std::string_view text);

}  // namespace weir
