/// xargs' command line as weir options.
#pragma once

#include <span>
#include <string>

#include "options.hpp"

namespace weir::cli {

/// \throws as parse_options.
options xargs_options_of(std::span<const std::string> words, unsigned cpus);

}  // namespace weir::cli
