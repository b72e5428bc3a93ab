/// Splits words and scripts like GNU parallel: pure functions of text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "input/placeholder_tags.hpp"

namespace weir {

/// The words of a text such as PARALLEL='-j2 --tagstring "a b"'.
/// \throws usage_error, beginning with `from`, for an unclosed quote.
std::vector<std::string> words_of(std::string_view from, std::string_view text);

/// Whether a shell would see nothing but words in it: executing it directly does the same.
bool is_plain(std::string_view script, const placeholder_syntax& syntax);

/// Its words, if it is plain. Blanks within a placeholder, as in {= s/a/b/ =}, do not separate
/// words.
std::vector<std::string> blank_separated(std::string_view script, const placeholder_syntax& syntax);

/// A script for jobs without items: placeholders for items become empty.
std::string without_items(std::string_view script, const placeholder_syntax& syntax);

/// Removes items of white space alone, like -r.
void leave_out_space(std::vector<std::string>& items);

}  // namespace weir
