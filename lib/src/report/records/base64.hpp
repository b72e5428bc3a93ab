/// Base64 (RFC 4648) of bytes that arrive in pieces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

/// Appends the encoding of whole groups of three bytes, and at the end (`last`) of the rest, with
/// padding. \returns the number of bytes taken.
std::size_t append_base64_part(std::string& to, std::string_view bytes, bool last);

}  // namespace weir
