/// The right to run jobs, shared with make: what MAKEFLAGS says, and --jobserver.
///
/// Under make, weir is one of its clients, as a make in a recipe is; with --jobserver it is the
/// server, and makes among its jobs take their turns from its limit.
#pragma once

#include <optional>
#include <string>

#include "options.hpp"
#include "process/token_pipe.hpp"

namespace weir::cli {

/// Takes over what make says to its recipes. \param make_flags the value of MAKEFLAGS; null: none.
void follow_make(options& o, const char* make_flags);

struct opened_tokens {
  std::optional<token_pipe> pipe;  ///< none: jobs need no tokens
  std::string note;                ///< for stderr; empty: there is nothing to say
};

/// Joins make's jobserver, or makes the one that --jobserver asks for: before the process divides.
/// \param o gets the limit that follows, where none was given. \throws io_error.
opened_tokens open_tokens(options& o);

/// How many jobs run at once is known: fills a jobserver that was made, and tells jobs of it by
/// MAKEFLAGS. \throws usage_error without a limit; io_error.
void serve(token_pipe& made, const options& o);

}  // namespace weir::cli
