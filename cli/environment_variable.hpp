/// The environment that weir itself was started in.
#pragma once

#include <cstdlib>
#include <string>

namespace weir::cli {

/// Empty if it is not set.
inline std::string environment_variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

}  // namespace weir::cli
