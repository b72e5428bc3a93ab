/// Output of commands that run no jobs, such as `weir ctl` and `weir report`.
#pragma once

#include <cerrno>
#include <cstdio>
#include <string_view>

#include <weir/error.hpp>

#include "exit_status.hpp"

namespace weir::cli {

/// Prints to stdout, completely. \returns exit_success. \throws io_error
inline int print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw io_error(errno, "stdout");
  return exit_success;
}

}  // namespace weir::cli
