/// The character that items end with (-d).
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// One UTF-8 character, one byte, or one of \n, \t, \r, \0, \\ and \xHH.
/// \param option the name used in messages.
/// \returns the delimiter's bytes.
/// \throws usage_error.
std::string parse_delimiter(std::string_view option, std::string_view text);

}  // namespace weir
