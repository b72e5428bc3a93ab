/// What cannot be tested under sanitizers.
#pragma once

#include "support/catch.hpp"

namespace test {

/// Whether the programs are built with AddressSanitizer and UBSan: these need a descriptor to find
/// out whether memory is readable, and /proc for its map. If so, reports that the test is skipped.
inline bool is_sanitized() {
#if defined(__SANITIZE_ADDRESS__)
  WARN("skipped: not under sanitizers");
  return true;
#else
  return false;
#endif
}

}  // namespace test
