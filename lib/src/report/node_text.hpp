/// How many jobs run where, in words.
#pragma once

#include <string>

#include "report/progress_state.hpp"

namespace weir {

/// "alpha: 3, beta: 2"; of many machines the first ones. Empty for a run on one. Escaped, ASCII.
std::string node_text(const progress_state& state);

}  // namespace weir
