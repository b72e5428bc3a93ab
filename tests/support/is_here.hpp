/// Whether a program that a test needs is installed; if not, the test says so.
#pragma once

#include <string>

#include "support/catch.hpp"
#include "support/test_space.hpp"

namespace test {

inline bool is_here(test_space& t, const std::string& program) {
  if (t.shell("command -v " + program + " > /dev/null").exit_code() == 0) return true;
  WARN(program << " is not installed: not tested");
  return false;
}

}  // namespace test
