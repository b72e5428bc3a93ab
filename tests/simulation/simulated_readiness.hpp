/// Whether the loop has to ask the kernel what is ready.
///
/// A loop with descriptors asks after each step, some eighty times a run, and nearly always nothing
/// has changed: a reader took nothing, and no descriptor is new. The linker leads epoll_wait and
/// epoll_ctl here (--wrap); whoever in the simulated world does what may make a descriptor ready
/// says so.
#pragma once

#include <cstdint>

namespace simulation {

struct simulated_readiness {
  /// The next epoll_wait asks the kernel.
  static void may_change() noexcept { changed = true; }

  static inline bool changed = true;
  /// Calls of write(2) on what is really there: a pipe has nothing new until there is another.
  static inline std::uint64_t writes = 0;
};

}  // namespace simulation
