/// --pipe and what goes with it: a stream that is dealt out in blocks, each the stdin of a job.
#pragma once

#include "typed_options.hpp"

namespace weir::cli {

/// \returns whether blocks are dealt out. \throws usage_error with one clear message.
bool settle_blocks(options& o, const typed_options& typed);

/// What --round-robin and its like ask for, once the rules of blocks are known. \throws
/// usage_error.
void settle_dealing(options& o, const typed_options& typed, block_rules& rules);

/// Whether --shard is a column: each line goes to the job of its value there, not each job to one
/// of several runs.
bool shards_lines(const typed_options& typed);

/// The rest, when all else is known. \pre o.dealing. \throws usage_error.
void check_dealing(options& o);

/// This run takes make's tokens. \throws usage_error for jobs that have to run at once.
void refuse_tokens(const options& o);

/// COMMAND and the inputs are known. \throws usage_error for what blocks cannot go with.
void check_blocks(options& o);

}  // namespace weir::cli
