/// --pipe and what goes with it: a stream that is split into blocks, each the stdin of a job.
#pragma once

#include "typed_options.hpp"

namespace weir::cli {

/// \returns whether the input is split into blocks. \throws usage_error with one clear message.
bool settle_blocks(options& o, const typed_options& typed);

/// What --round-robin and the like ask for, once the rules for blocks are known. \throws
/// usage_error.
void settle_dealing(options& o, const typed_options& typed, block_rules& rules);

/// Whether --shard names a column: each line goes to the job for its value there, instead of each
/// job to one of several runs.
bool shards_lines(const typed_options& typed);

/// Checks the rest, once everything else is known. \pre o.dealing. \throws usage_error.
void check_dealing(options& o);

/// For when this run takes make's tokens. \throws usage_error for jobs that have to run at the same
/// time.
void refuse_tokens(const options& o);

/// For when COMMAND and the inputs are known. \throws usage_error for what cannot be combined with
/// blocks.
void check_blocks(options& o);

}  // namespace weir::cli
