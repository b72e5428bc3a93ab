/// While it lives, what is allocated may be left behind: LeakSanitizer does not count it.
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
