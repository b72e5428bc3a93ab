/// While it lives, allocations may leak: LeakSanitizer ignores them.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace test {

struct leaves_memory {
#if defined(__SANITIZE_ADDRESS__)
  __lsan::ScopedDisabler disabler;
#else
  leaves_memory() {}
#endif
};

}  // namespace test
