/// GNU parallel's command line as options of weir's.
#pragma once

#include <span>
#include <string>

#include "options.hpp"

namespace weir::cli {

/// \throws as parse_options.
options parallel_options_of(std::span<const std::string> words, unsigned cpus);

/// As `sem` is called: GNU parallel's command line with --semaphore. \throws as parse_options.
options sem_options_of(std::span<const std::string> words, unsigned cpus);

/// Whether bats-core calls, which counts on its command being a script for a shell, with quotes of
/// printf %q in it: `weir ... -- bats-exec-file FLAGS {#} {} FILE`, as it calls whatever
/// --parallel-binary-name says.
bool is_called_by_bats(std::span<const char* const> words);

}  // namespace weir::cli
