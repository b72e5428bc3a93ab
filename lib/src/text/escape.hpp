/// Shows untrusted text (names, arguments, lines of output) in messages and on a terminal.
///
/// The result cannot move the cursor, change colours, forge a line, reorder text or command a CI
/// system that reads the log (ci_command.hpp). Widths are those of a terminal in UTF-8, whatever
/// the locale, so that a picture drawn in a test and one on a screen are the same.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weir {

/// Writes control characters as \n, \t, \x1b; bytes that are not UTF-8 as \xff; characters that
/// reorder text or separate lines as \u202e; what a CI system takes for a command as \x3a:error::
/// and #\x23[error]. A backslash stays as it is.
std::string escape(std::string_view text);

/// Columns that escaped text takes: 0 for combining characters, 2 for wide ones, otherwise 1.
std::size_t display_width(std::string_view escaped);

/// Escapes, then cuts to at most `columns`, the last of which is an ellipsis if anything was cut.
std::string escape_and_clip(std::string_view text, std::size_t columns);

/// The same, with the ellipsis in the middle: what tells a text from others may be at its end.
std::string escape_and_clip_amid(std::string_view text, std::size_t columns);

/// Cuts text that is already escaped.
std::string clip(std::string_view escaped, std::size_t columns);

}  // namespace weir
