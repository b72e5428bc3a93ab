/// The right to run jobs, shared with make: the contents of MAKEFLAGS, and --jobserver.
///
/// Under make, weir is one of its clients, as a make in a recipe is; with --jobserver it is the
/// server, and makes among its jobs take turns within its limit.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <weir/event.hpp>

#include "options.hpp"
#include "process/token_pipe.hpp"

namespace weir::cli {

/// Adopts what make tells its recipes. \param make_flags the value of MAKEFLAGS; null if not set.
void follow_make(options& o, const char* make_flags);

struct opened_tokens {
  std::optional<token_pipe> pipe;  ///< nullopt: jobs need no tokens
  std::string note;                ///< for stderr; empty if there is nothing to report
};

/// Joins make's jobserver, or makes the one requested by --jobserver: before the process divides.
/// \param o receives the resulting limit, if none was given. \throws io_error.
opened_tokens open_tokens(options& o);

/// The number of jobs at once is known: fills a jobserver that was made, and announces it to jobs
/// in MAKEFLAGS. \throws usage_error without a limit; io_error.
void serve(token_pipe& made, const options& o);

/// Whether a job has failed with what a make before 4.4 says of the fifo of --jobserver.
bool is_old_make(const event& e);
inline constexpr std::string_view about_old_make =
    "make before 4.4 does not understand --jobserver=fifo: give --jobserver=pipe";

}  // namespace weir::cli
