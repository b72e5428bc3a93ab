/// The meaning of the options for items and placeholders.
#pragma once

#include "typed_options.hpp"

namespace weir::cli {

/// -n, -N, -L, -l. \throws usage_error.
void settle_batch(options& o, const typed_options& typed);

/// The option that says how many lines there are to be: -L, -l or --max-lines. \throws usage_error
/// for two.
std::string lines_option(const options& o);

/// -I, --rpl, --parens, --trim. \throws usage_error.
void settle_placeholders(options& o, const typed_options& typed);

/// --link and -E, once ::: and the like are known.
void settle_sources(options& o);

}  // namespace weir::cli
