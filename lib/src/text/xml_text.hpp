/// Writes text into XML 1.0, for records that programs read.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// Appends text for use between tags. Characters that XML 1.0 cannot hold (most control characters,
/// U+FFFE and U+FFFF, bytes that are not UTF-8) become U+FFFD.
void append_xml(std::string& to, std::string_view text);

/// Appends a blank, the name, and the value in quotes; line ends and TABs in it are preserved.
void append_attribute(std::string& to, std::string_view name, std::string_view value);

}  // namespace weir
