/// Files of options that GNU parallel's --profile names.
#pragma once

#include <string>

namespace weir::cli {

/// Files of one name in GNU parallel's directories of settings, or the one at a path that begins
/// with / or ./.
struct parallel_profile {
  std::string text;    ///< of all of them, without lines that are comments
  bool found = false;  ///< there is one
};

/// \throws usage_error that begins with `option` where none can be read.
parallel_profile read_profile(const std::string& option, const std::string& name);

}  // namespace weir::cli
