/// What stands for a job's items at the end of a command: {}, or the R of -I R.
#pragma once

#include <string>

#include "input/placeholder_tags.hpp"

namespace weir {

inline std::string item_sign(const placeholder_syntax& syntax) {
  // -I is the last of the tags that the command line defines.
  return syntax.braces || syntax.tags.empty() ? "{}" : syntax.tags.back().tag;
}

}  // namespace weir
