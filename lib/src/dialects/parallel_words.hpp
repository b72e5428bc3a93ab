/// Words and scripts as GNU parallel takes them apart: pure functions of text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// As in PARALLEL='-j2 --tagstring "a b"'. \throws usage_error for a quote without its end.
std::vector<std::string> words_of(std::string_view text);

/// No shell would find anything in it but words: what weir executes itself gives the same.
bool is_plain(std::string_view script);

/// Its words, where it is plain.
std::vector<std::string> blank_separated(const std::string& script);

}  // namespace weir
