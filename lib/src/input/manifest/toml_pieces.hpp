/// Cuts a TOML manifest where a job begins, so that each piece can be parsed, read and freed before
/// the next: a tree of toml++ takes many times the memory of its text.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace weir::doc {

/// First the text before the first line that begins with [[job]], which may be empty, then pieces
/// that begin with such a line, each of `least` bytes or a little more. A text that is not longer
/// than that is one piece.
///
/// If all pieces are TOML, the first has no `job` and the others nothing else, then together they
/// mean the same as the text: what follows [[job]] cannot reach a table of another piece. Otherwise
/// only the whole text counts: a cut may be within a string or an array of several lines, and
/// pieces may contradict each other.
std::vector<std::string_view> toml_pieces(std::string_view text, std::size_t least);

}  // namespace weir::doc
