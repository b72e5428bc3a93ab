/// When a job counts as failed, when it is retried, and when the run stops early.
#pragma once

#include "typed_options.hpp"

namespace weir::cli {

/// \throws usage_error with one clear message.
void settle_failure(options& o, const typed_options& typed);

}  // namespace weir::cli
