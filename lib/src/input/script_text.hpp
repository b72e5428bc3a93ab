/// What replaces a placeholder in a script: a reference to a variable for the shell that runs it,
/// or the quoted value for people who read it.
///
/// The variables (weir_1, weir_2, ..., if their names begin with "weir_") are set before the script
/// from the shell's parameters, which are then the script's own: functions, `set` and `shift`
/// change those.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "input/script.hpp"
#include "input/shell_dialect.hpp"

namespace weir {

/// Turns the first `count` parameters into variables and removes them. It stays on the first line
/// of the script, except for csh, so that line numbers in a shell's messages are the script's.
/// \pre count > 0.
std::string set_variables(std::size_t count, std::string_view names, shell_dialect dialect);

/// Whether a name that goes on like this after the common beginning is one of them, or their
/// counter.
bool is_item_number(std::string_view rest);

/// `"$weir_1"`, `${weir_1}` or `'"$weir_1"'`, depending on where it stands.
/// \param variable its name.
void append_reference(std::string& script, const std::string& variable, quoting place,
                      shell_dialect dialect);

/// One word in single quotes.
std::string quoted_for(std::string_view word, shell_dialect dialect);

/// Appends `value` so that a shell reads exactly that there.
/// \returns false if no way is certain to be read so: a line of a here-document may be its
/// delimiter.
bool append_quoted(std::string& script, std::string_view value, const script_part& part);

}  // namespace weir
