/// Whether this process may open so few files that none is to be spent on what works without.
#pragma once

#include <sys/resource.h>

namespace weir {

/// By the hard limit, which the command takes as its own. What weir cannot do without, and one job,
/// take sixteen.
inline bool descriptors_are_few() noexcept {
  constexpr rlim_t few = 64;
  rlimit open_files{};
  return ::getrlimit(RLIMIT_NOFILE, &open_files) == 0 && open_files.rlim_max < few;
}

}  // namespace weir
