/// Words and scripts as GNU parallel takes them apart: pure functions of text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "input/placeholder_tags.hpp"

namespace weir {

/// As in PARALLEL='-j2 --tagstring "a b"'. \throws usage_error for a quote without its end, which
/// begins with `from`.
std::vector<std::string> words_of(std::string_view from, std::string_view text);

/// No shell would find anything in it but words: what weir executes itself gives the same.
bool is_plain(std::string_view script, const placeholder_syntax& syntax);

/// Its words, where it is plain. Blanks within a placeholder, as in {= s/a/b/ =}, end none.
std::vector<std::string> blank_separated(std::string_view script, const placeholder_syntax& syntax);

/// A script for jobs that have no item: what stands for one is empty.
std::string without_items(std::string_view script, const placeholder_syntax& syntax);

/// As -r has it of items: those of white space alone are none.
void leave_out_space(std::vector<std::string>& items);

}  // namespace weir
