/// GNU parallel's command line as weir options.
#pragma once

#include <span>
#include <string>

#include "options.hpp"

namespace weir::cli {

/// \throws as parse_options.
options parallel_options_of(std::span<const std::string> words, unsigned cpus);

/// The same when called as `sem`: GNU parallel's command line with --semaphore. \throws as
/// parse_options.
options sem_options_of(std::span<const std::string> words, unsigned cpus);

/// Whether the caller is bats-core, which relies on its command being a script for a shell, with
/// quotes from printf %q in it: `weir ... -- bats-exec-file FLAGS {#} {} FILE`, which is how it
/// calls any --parallel-binary-name.
bool is_called_by_bats(std::span<const char* const> words);

}  // namespace weir::cli
