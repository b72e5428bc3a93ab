/// The character that items end with (-d).
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// One character of UTF-8, one byte, or one of \n, \t, \r, \0, \\ and \xHH.
/// \param option names it in messages.
/// \returns its bytes. \throws usage_error.
std::string parse_delimiter(std::string_view option, std::string_view text);

}  // namespace weir
