/// The colours of the summary and the progress display, as SGR sequences (ECMA-48, 8.3.117).
#pragma once

#include <string_view>

namespace weir::sgr {

inline constexpr std::string_view red = "\x1b[31m";
inline constexpr std::string_view green = "\x1b[32m";
inline constexpr std::string_view yellow = "\x1b[33m";
inline constexpr std::string_view cyan = "\x1b[36m";
inline constexpr std::string_view dim = "\x1b[2m";
inline constexpr std::string_view reset = "\x1b[0m";

}  // namespace weir::sgr
