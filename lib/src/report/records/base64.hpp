/// Base64 (RFC 4648) of bytes that come in pieces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

/// Appends what whole groups of three bytes give, and at the end (`last`) the rest with its
/// padding. \returns bytes taken.
std::size_t append_base64_part(std::string& to, std::string_view bytes, bool last);

}  // namespace weir
