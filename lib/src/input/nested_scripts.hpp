/// Which words of a script's simple command are scripts themselves, which a shell parses: those of
/// `exec bash -c '...'`, `X=1 nice sh -c '...'`, `... | xargs sh -c '...'`, find -exec, eval, trap
/// and alias.
///
/// What a program other than a shell parses (ssh, su, awk) is not known here.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "input/evaluated_words.hpp"

namespace weir {

/// \param command without what may stand before the name of a command: assignments, exec, ...
/// \returns indices. A word that is nothing but an item is meant to be run, and none of them.
std::vector<std::size_t> scripts_among(std::span<const command_word> command);

/// The variable that a word is and nothing else: `$x`, `"${x}"`; empty when it is not.
std::string_view only_variable(const command_word& word);

/// `x` and `y` of `"$x ${y:-}"`; within single quotes nothing is expanded.
/// \param quoted single quotes are plain characters there.
std::vector<std::string_view> expanded_variables(std::string_view text, bool quoted);

/// Whether it is find, or something that runs it: `nice find`.
bool runs_find(std::span<const std::string> command);

/// Whether it is a shell that reads its script from the standard input: `sh`, `bash -es x`.
bool reads_script(std::span<const command_word> command);

}  // namespace weir
