/// What is to be run: a command with its inputs, command lines, or the jobs of a manifest.
///
/// It knows which of these exclude each other, and what is not an input at all. Nothing is opened
/// here.
#pragma once

#include <string>
#include <vector>

#include "typed_options.hpp"

namespace weir::cli {

/// \param words COMMAND and everything after it, or with --file the names of jobs.
/// \throws usage_error with one clear message.
void settle_command(options& o, const typed_options& typed, std::vector<std::string> words);

/// /dev/null, which cron, CI and systemd provide to everything, is nobody's list of items, and no
/// reason to succeed. An empty file is a list.
/// \throws usage_error if items or command lines would be read from it, unless -r is given.
void refuse_null_input(const options& o);

}  // namespace weir::cli
