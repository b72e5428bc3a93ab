#include "report/records/own_memory.hpp"

#include <cstdio>

namespace weir {

std::uint64_t memory_floor() {
  constexpr std::uint64_t inexact = std::uint64_t{512} << 10;
  std::FILE* const status = std::fopen("/proc/self/status", "re");
  if (status == nullptr) return 0;
  unsigned long long kib = 0;
  for (char line[256]; std::fgets(line, sizeof line, status) != nullptr;)
    if (std::sscanf(line, "VmHWM: %llu kB", &kib) == 1) break;
  std::fclose(status);
  return kib == 0 ? 0 : kib * 1024 + inexact;
}

}  // namespace weir
