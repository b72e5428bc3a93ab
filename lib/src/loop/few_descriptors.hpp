/// Whether this process may open so few files that none should be spent on anything dispensable.
#pragma once

#include <sys/resource.h>

namespace weir {

/// Goes by the hard limit, which the command makes its own. What weir cannot do without takes
/// sixteen, including one job.
inline bool descriptors_are_few() noexcept {
  constexpr rlim_t few = 64;
  rlimit open_files{};
  return ::getrlimit(RLIMIT_NOFILE, &open_files) == 0 && open_files.rlim_max < few;
}

}  // namespace weir
