/// The resource limits that a job may be given, and what people call them.
#pragma once

#include <array>
#include <string_view>

#include <sys/resource.h>

namespace weir {

struct known_limit {
  std::string_view name;  ///< as in limits.conf(5) and prlimit(1)
  int resource;
  bool is_bytes;
};

inline constexpr std::array<known_limit, 11> known_limits{{
    {"as", RLIMIT_AS, true},
    {"core", RLIMIT_CORE, true},
    {"cpu", RLIMIT_CPU, false},
    {"data", RLIMIT_DATA, true},
    {"fsize", RLIMIT_FSIZE, true},
    {"locks", RLIMIT_LOCKS, false},
    {"memlock", RLIMIT_MEMLOCK, true},
    {"nofile", RLIMIT_NOFILE, false},
    {"nproc", RLIMIT_NPROC, false},
    {"rss", RLIMIT_RSS, true},
    {"stack", RLIMIT_STACK, true},
}};

}  // namespace weir
