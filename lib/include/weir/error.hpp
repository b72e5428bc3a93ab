/// The errors that weir cannot go on from. A job's fate is never one of them: that is an outcome.
#pragma once

#include <stdexcept>
#include <string>
#include <system_error>

namespace weir {

/// The user asked for something that makes no sense: exit status 2, nothing started.
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
