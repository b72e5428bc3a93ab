/// Command lines printed for pasting into a shell: dash, bash, zsh, ksh or busybox sh.
///
/// A word with bytes that cannot be shown is "$(printf 'a\001b')". $'a\001b' would be shorter, but
/// dash silently takes it for a dollar before a quoted word. $(...) drops trailing newlines: a line
/// with such a word is handed to eval as a whole, where a quote follows them.
#pragma once

#include <string>
#include <string_view>

namespace weir {

/// Whether it can be shown as it is.
/// \param utf8 whether bytes outside ASCII can be.
bool is_showable(std::string_view text, bool utf8);

/// A word, quoted for these shells and safe to show.
/// \pre it does not end with a newline, unless it is showable.
std::string pasted_word(std::string_view word, bool utf8);

/// `cd` to where a job runs. After a symbolic link, `..` leads a shell back to where the link is,
/// but not chdir(2); -P makes them agree.
/// \param quoted the directory, as it is to be printed.
std::string cd_command(std::string_view directory, const std::string& quoted);

/// A command line already quoted for these shells, in a form that is safe to show.
std::string pasted_line(std::string_view line, bool utf8);

}  // namespace weir
