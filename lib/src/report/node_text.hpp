/// How many jobs run on which machine, in words.
#pragma once

#include <string>

#include "report/progress_state.hpp"

namespace weir {

/// "alpha: 3, beta: 2"; if there are many machines, the first ones. Empty for a run on one machine.
/// Escaped, ASCII.
std::string node_text(const progress_state& state);

}  // namespace weir
