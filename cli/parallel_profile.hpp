/// Files of options named by GNU parallel's --profile.
#pragma once

#include <string>

namespace weir::cli {

/// Files with this name in GNU parallel's settings directories, or the one at a path that begins
/// with / or ./.
struct parallel_profile {
  std::string text;    ///< of all of them, without comment lines
  bool found = false;  ///< whether there is one
};

/// \throws usage_error that begins with `option` if none can be read.
parallel_profile read_profile(const std::string& option, const std::string& name);

}  // namespace weir::cli
