/// What this thread has computed, for work that may take a share of a processor: on a busy machine
/// it takes long, and costs no more.
#pragma once

#include <chrono>

#include <time.h>

namespace weir {

inline std::chrono::nanoseconds cpu_time() noexcept {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace weir
