/// Finds the placeholders in a shell script, how the shell quotes each one's place, and whether the
/// shell evaluates what stands there.
///
/// It reads the shell's quoting (POSIX XCU 2.2, 2.3, 2.6, 2.7.4): quotes, backslashes, $(...),
/// `...`, ${...}, $((...)), comments, here-documents; and just enough of commands to know which
/// words a shell takes for numbers or names of variables. If it misjudges a quote, a reference to a
/// variable is split into words or shown literally there; even then data is never part of the
/// script. fish and csh are read by their own rules.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "input/placeholder.hpp"
#include "input/shell_dialect.hpp"

namespace weir {

enum class quoting : std::uint8_t {
  none,
  double_quotes,
  brace,  ///< within ${...} within double quotes or a here-document
  here_document,
  single_quotes,
  arithmetic,  ///< within $((...)), ((...)), $[...] or an index
};

/// What a shell does with data besides passing it on. In bash, ksh and zsh a number is an
/// expression, and an index in it may contain $(...); so may a name, which may have an index.
enum class evaluation : std::uint8_t {
  none,
  number,
  name,        ///< of a variable
  assignment,  ///< a name, or a name with = and a value
  script,      ///< in a script for another shell, or for eval
};

/// What the shell takes a word for that contains an unquoted placeholder.
enum class word_role : std::uint8_t {
  other,
  command,   ///< the name of a command, or an assignment before it
  argument,  ///< of a simple command; also the target of a redirection
};

/// A piece of the script, and the placeholder after it.
struct script_part {
  std::string literal;
  placeholder what;
  quoting place = quoting::none;
  bool whole_word = false;          ///< unquoted, with nothing before or after it in the same word
  bool before_redirection = false;  ///< digits there would name a descriptor
  evaluation evaluated = evaluation::none;
  word_role role = word_role::other;
  bool in_expansion = false;  ///< within ${...}, $[...] or an index
};

struct scanned_script {
  std::vector<script_part> parts;
  std::string tail;              ///< after the last placeholder
  bool has_placeholder = false;  ///< also true if the only ones are in comments, where they stay
  bool awaits_command = false;   ///< a further word would be the name of a command
  std::string closed_by;         ///< its last word, if none may follow that: done, fi, }, ...
  bool takes_more_words = true;  ///< false: it ends in a comment, a quote or a here-document
  std::string foreign;           ///< the first that bash has but a plain sh lacks: [[, <(, ...
};

/// \throws usage_error if a placeholder stands where no variable is expanded.
scanned_script scan_script(std::string_view script, const placeholder_grammar& grammar,
                           shell_dialect dialect);

}  // namespace weir
