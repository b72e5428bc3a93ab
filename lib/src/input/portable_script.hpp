/// Whether the text of a script does the same in the shell of whoever pastes it.
///
/// That shell may be bash, dash, ksh or zsh, at a prompt. They agree on programs with plain or
/// quoted words, pipes, lists and redirections, and disagree on nearly all else: what $x is split
/// into, a pattern that matches nothing, backslashes in echo, !, and what `cd` and `exit` do to the
/// shell itself. Whatever is in doubt is not portable.
#pragma once

#include <string_view>

#include <weir/job_spec.hpp>

namespace weir {

bool is_portable_script(std::string_view text);

/// Whether the job's text may be shown as what runs it again: it has one, for sh, and that is
/// portable. Else its arguments say what ran, in any shell.
bool text_repeats(const job_spec& job);

}  // namespace weir
