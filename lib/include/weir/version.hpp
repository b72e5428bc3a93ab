/// weir's version, as of these headers; the build reads it here.
#pragma once

#include <string_view>

namespace weir {

inline constexpr std::string_view version = "0.2.0";

}  // namespace weir
