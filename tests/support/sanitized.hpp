/// What cannot be tried under sanitizers.
#pragma once

#include "support/catch.hpp"

namespace test {

/// Whether the programs are built with AddressSanitizer and UBSan: these need a descriptor to ask
/// whether memory can be read, and /proc for the map of it. Says that the test is skipped then.
inline bool is_sanitized() {
#if defined(__SANITIZE_ADDRESS__)
  WARN("skipped: not under sanitizers");
  return true;
#else
  return false;
#endif
}

}  // namespace test
