/// Guards toml++ 3.3 against two kinds of text that it does not survive:
///
/// - keys of millions of dotted parts, each of which is a table inside the previous one: freeing
///   those would overflow the stack; toml++ limits brackets, but not dots;
/// - a table header without a key, such as `[[=`: an assertion fails, or, without assertions,
///   the behaviour is undefined (https://github.com/marzer/tomlplusplus/pull/301).
#pragma once

#include <optional>
#include <string_view>

#include "input/manifest/fault.hpp"

namespace weir::doc {

/// The first such place, if any: a key with more than `most_dots`, or a header without a key. Skips
/// strings and comments. For text that is not TOML the answer is arbitrary, but it comes.
std::optional<fault> find_toml_trap(std::string_view text, std::size_t most_dots);

}  // namespace weir::doc
