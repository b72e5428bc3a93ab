/// Which words of a script's simple command are scripts themselves, which a shell parses: those of
/// `exec bash -c '...'`, `X=1 nice sh -c '...'`, `... | xargs sh -c '...'`, find -exec, weir,
/// eval, trap and alias.
///
/// What programs other than a shell parse (ssh, su, awk) is not known here.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "input/evaluated_words.hpp"

namespace weir {

/// \param command without what may come before the name of a command: assignments, exec, ...
/// \returns indices. A word that is nothing but an item is meant to be run, so it is not among
/// them.
std::vector<std::size_t> scripts_among(std::span<const command_word> command);

/// The only variable in a word that is nothing else: `$x`, `"${x}"`; empty for other words.
std::string_view only_variable(const command_word& word);

/// `x` and `y` in `"$x ${y:-}"`; nothing is expanded within single quotes.
/// \param quoted whether single quotes are plain characters there.
std::vector<std::string_view> expanded_variables(std::string_view text, bool quoted);

/// Whether it is find or weir, or a program that runs one of them: `nice find`.
bool runs_commands(std::span<const std::string> command);

/// Whether it is a shell that reads its script from standard input: `sh`, `bash -es x`.
bool reads_script(std::span<const command_word> command);

}  // namespace weir
