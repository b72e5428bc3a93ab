/// Cuts a TOML manifest where a job begins, so that each piece can be parsed, read and freed before
/// the next: a tree of toml++ takes many times the memory of its text.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace weir::doc {

/// What stands before the first line that begins with [[job]], which may be empty, and then pieces
/// that begin with such a line, of `least` bytes or somewhat more. A text that is no longer than
/// that is one piece.
///
/// If all pieces are TOML, the first has no `job` and the others have nothing else, then they say
/// together what the text says: what follows [[job]] can reach no table of another piece. If not,
/// only the whole text tells: a cut may be within a string or an array of several lines, and what
/// pieces say may not go together.
std::vector<std::string_view> toml_pieces(std::string_view text, std::size_t least);

}  // namespace weir::doc
