/// How many jobs may run at once: N, N% of the CPUs, +N or -N of them.
#pragma once

#include <limits>
#include <string_view>

namespace weir {

/// "0": as many as the system allows.
inline constexpr unsigned no_limit = std::numeric_limits<unsigned>::max();

/// \param cpus those this process may use.
/// \returns at least 1, or no_limit.
/// \throws usage_error naming the option if the text has none of the forms.
unsigned parse_limit(std::string_view option, std::string_view text, unsigned cpus);

}  // namespace weir
