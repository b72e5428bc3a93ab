/// Splits a command line that needs no shell into its words.
///
/// "Needs no shell" is decided narrowly: no operator, expansion, pattern, assignment or comment,
/// and a first word that no shell would run itself. Quotes and backslashes are removed as POSIX
/// says (XCU 2.2). Anything doubtful is left to the shell.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "input/placeholder.hpp"

namespace weir {

/// A word: literals with placeholders between them.
struct template_word {
  struct piece {
    std::string literal;
    std::optional<placeholder> what;  ///< the placeholder after the literal
  };
  std::vector<piece> pieces;
  bool one_argument_each = false;  ///< only a placeholder of all items: one argument for each
};

/// Parses a word without quotes and backslashes: an argument of a command of several words.
template_word parse_word(std::string_view word, const placeholder_grammar& grammar);

/// \param grammar null: nothing is a placeholder.
/// \returns nullopt if `script` needs a shell.
std::optional<std::vector<template_word>> split_without_shell(std::string_view script,
                                                              const placeholder_grammar* grammar);

/// The same words as written, with placeholders left in, quoted or not.
std::optional<std::vector<std::string>> words_as_written(std::string_view script,
                                                         const placeholder_grammar& grammar);

}  // namespace weir
