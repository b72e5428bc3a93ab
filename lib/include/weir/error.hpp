/// The errors that weir cannot continue from. How a job ends is never one of them: see outcome.
#pragma once

#include <stdexcept>
#include <string>
#include <system_error>

namespace weir {

/// Wrong usage: exit status 2, and nothing has started.
/// what() is the whole message, ready to print: where, what was found, what was expected.
class usage_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// weir could not read its input or write its output: exit status 3.
/// what() names the operation and its object: "stdout: No space left on device".
class io_error : public std::system_error {
 public:
  io_error(int error, const std::string& what)
      : std::system_error(error, std::system_category(), what) {}
};

}  // namespace weir
