/// The language in which a command line is written, and its translation into options.
///
/// With `weir --as xargs ARG...`, or a link named xargs, what follows is that tool's own command
/// line (lib/src/dialects). bats-core calls weir as it would call parallel.
#pragma once

#include <string>
#include <vector>

#include "dialects/dialect.hpp"
#include "options.hpp"

namespace weir::cli {

struct language {
  dialect which = dialect::weir;
  std::string program = "weir";    ///< what messages begin with
  std::vector<std::string> words;  ///< those of the dialect's own command line

  /// weir's exit status if there is nothing to run, or the run cannot go on.
  int status_of_error(int own) const {
    if (which == dialect::parallel || which == dialect::sem) return 255;
    return which == dialect::xargs ? 1 : own;
  }
};

/// \throws usage_error for --as without a name or with an unknown one.
language language_of(int argc, const char* const* argv);

/// \throws as parse_options.
options understand(const language& l, int argc, const char* const* argv, unsigned cpus);

}  // namespace weir::cli
