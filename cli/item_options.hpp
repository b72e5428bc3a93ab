/// What the options of items and of placeholders mean.
#pragma once

#include "typed_options.hpp"

namespace weir::cli {

/// -n, -N, -L, -l. \throws usage_error.
void settle_batch(options& o, const typed_options& typed);

/// What says how many lines there are to be: -L, -l or --max-lines. \throws usage_error for two.
std::string lines_option(const options& o);

/// -I, --rpl, --parens, --trim. \throws usage_error.
void settle_placeholders(options& o, const typed_options& typed);

/// --link and -E, when ::: and its like are known.
void settle_sources(options& o);

}  // namespace weir::cli
