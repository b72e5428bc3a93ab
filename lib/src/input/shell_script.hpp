/// The argument list that makes a shell run a script.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// The script as the argument after -c: a shell would take a leading - or + for options (XCU sh),
/// so a blank is put before it.
inline std::string shell_script_argument(std::string_view script) {
  const bool like_options = script.starts_with('-') || script.starts_with('+');
  return (like_options ? " " : "") + std::string(script);
}

}  // namespace weir
