/// How many items go into a job, by what fits (-m, -X, --xargs, -s), and items in random order
/// (--shuf).
#pragma once

#include <string>

#include "typed_options.hpp"

namespace weir::cli {

/// \pre the limit is known: the last items are spread over as many jobs. \throws usage_error
void settle_packing(options& o, const typed_options& typed);

/// \throws usage_error
void settle_shuffle(options& o, const typed_options& typed);

/// Which of these options was typed, in that form; empty if none.
std::string packing_or_shuffle(const options& o);

}  // namespace weir::cli
