/// weir's own directory for this user's login: semaphores and sockets of runs.
#pragma once

#include <string>

#include "files/private_directory.hpp"

namespace weir::cli {

struct runtime_directory {
  private_directory directory;
  std::string path;

  /// A directory in it. \throws io_error, usage_error for one that others may enter
  runtime_directory enter(const std::string& name) const;
};

/// $XDG_RUNTIME_DIR/weir, or its substitute if that is not set; created if missing.
/// \throws as enter
runtime_directory open_runtime_directory();

}  // namespace weir::cli
