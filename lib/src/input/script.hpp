/// Finds the placeholders in a shell script, and how the shell quotes the place where each stands.
///
/// It reads the shell's quoting only (POSIX XCU 2.2, 2.3, 2.6, 2.7.4): quotes, backslashes, $(...),
/// `...`, ${...}, $((...)), comments, here-documents. It does not parse commands. Should it
/// misjudge a place, a reference to a parameter is split into words or shown literally there; data
/// still is nowhere part of the script.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "input/placeholder.hpp"

namespace weir {

enum class quoting : std::uint8_t {
  none,
  double_quotes,
  brace,  ///< within ${...} within double quotes or a here-document
  here_document,
  single_quotes,
  arithmetic,  ///< $((...)) and what else a shell evaluates as a number
};

/// A piece of the script, and the placeholder after it.
struct script_part {
  std::string literal;
  placeholder what;
  quoting place = quoting::none;
  bool whole_word = false;          ///< unquoted, with nothing of the same word before or after it
  bool before_redirection = false;  ///< digits there would be the number of a descriptor
};

struct scanned_script {
  std::vector<script_part> parts;
  std::string tail;              ///< after the last placeholder
  bool has_placeholder = false;  ///< true also if the only ones are in comments, where they stay
  bool takes_more_words = true;  ///< false: it ends in a comment, a quote or a here-document
};

/// \param posix_shell the shell knows neither $'...' nor ((...)).
/// \throws usage_error if a placeholder stands where no parameter is expanded.
scanned_script scan_script(std::string_view script, const placeholder_grammar& grammar,
                           bool posix_shell);

}  // namespace weir
