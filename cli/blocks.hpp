/// --pipe and what goes with it: a stream that is dealt out in blocks, each the stdin of a job.
#pragma once

#include "typed_options.hpp"

namespace weir::cli {

/// \returns whether blocks are dealt out. \throws usage_error with one clear message.
bool settle_blocks(options& o, const typed_options& typed);

/// COMMAND and the inputs are known. \throws usage_error for what blocks cannot go with.
void check_blocks(const options& o);

}  // namespace weir::cli
