/// What stands in a script in place of a placeholder: a reference to a parameter for the shell that
/// runs it, the quoted value for people who paste it into theirs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "input/script.hpp"

namespace weir {

/// `"$1"`, `${1}` or `'"$1"'`, by where it stands. \param parameter from 1.
void append_reference(std::string& script, std::size_t parameter, quoting place);

/// Appends `value` so that a shell reads just it there.
/// \returns false if there is no way that is certain to be read so: a line of a here-document may
/// be its delimiter.
bool append_quoted(std::string& script, std::string_view value, const script_part& part);

/// Whether an arithmetic expression may hold it: digits, names and operators, but nothing that a
/// shell would expand, such as the a[$(...)] of bash.
bool is_number_like(std::string_view value);

}  // namespace weir
