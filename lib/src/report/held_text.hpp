/// What keeps jobs from starting although slots are free, in words.
#pragma once

#include <string>

#include "report/progress_state.hpp"

namespace weir {

/// "12 held up by pool db", "12 held up by pools", "3 held up by --delay"; empty when nothing is
/// held up. Escaped, ASCII.
std::string held_text(const progress_state& state);

}  // namespace weir
