/// What the options of items and of placeholders mean.
#pragma once

#include "typed_options.hpp"

namespace weir::cli {

/// -n, -N, -L, -l. \throws usage_error.
void settle_batch(options& o, const typed_options& typed);

/// -I, --rpl, --parens, --trim. \throws usage_error.
void settle_placeholders(options& o, const typed_options& typed);

/// --link and -E, when ::: and its like are known.
void settle_sources(options& o);

}  // namespace weir::cli
