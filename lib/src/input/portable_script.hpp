/// Whether a script's text does the same in whatever shell it is pasted into.
///
/// That shell may be bash, dash, ksh or zsh, at a prompt. They agree on programs with plain or
/// quoted words, pipes, lists and redirections, and disagree on nearly everything else: how $x is
/// split, a pattern that matches nothing, backslashes in echo, !, and what `cd` and `exit` do to
/// the shell itself. Anything doubtful is not portable.
#pragma once

#include <string_view>

#include <weir/job_spec.hpp>

namespace weir {

bool is_portable_script(std::string_view text);

/// Whether the job's text may be shown as the way to run it again: it has one, for sh, and it is
/// portable. Otherwise the arguments show what ran, in any shell.
bool text_repeats(const job_spec& job);

}  // namespace weir
