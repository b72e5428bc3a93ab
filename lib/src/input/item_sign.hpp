/// What stands for the items of a job where a command is to end with them: {}, or the R of -I R.
#pragma once

#include <string>

#include "input/placeholder_tags.hpp"

namespace weir {

inline std::string item_sign(const placeholder_syntax& syntax) {
  // -I is the last of the tags that the command line defines.
  return syntax.braces || syntax.tags.empty() ? "{}" : syntax.tags.back().tag;
}

}  // namespace weir
