/// Reasons to stop that are told in words of their own.
#pragma once

#include <string_view>

namespace weir {

/// As stop_changed::reason. It is a sentence, where others are a signal or an option.
inline constexpr std::string_view reason_unstartable = "the first 3 jobs could not be started";

}  // namespace weir
