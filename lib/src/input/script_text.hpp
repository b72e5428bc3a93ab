/// What stands in a script in place of a placeholder: a reference to a variable for the shell that
/// runs it, the quoted value for people who read it.
///
/// The variables (weir_1, weir_2, ..., if "weir_" is the beginning of their names) are set ahead of
/// the script from the shell's parameters, which are then the script's own: functions, `set` and
/// `shift` change those.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "input/script.hpp"
#include "input/shell_dialect.hpp"

namespace weir {

/// What makes variables of the first `count` parameters and takes these away: on the line of the
/// script's first, so that a shell's messages have the script's numbers. \pre count > 0.
std::string set_variables(std::size_t count, std::string_view names, shell_dialect dialect);

/// Whether a variable is one of those when this follows the beginning of its name.
bool is_item_number(std::string_view rest);

/// `"$weir_1"`, `${weir_1}` or `'"$weir_1"'`, by where it stands. \param variable its name.
void append_reference(std::string& script, const std::string& variable, quoting place,
                      shell_dialect dialect);

/// One word in single quotes.
std::string quoted_for(std::string_view word, shell_dialect dialect);

/// Appends `value` so that a shell reads just it there.
/// \returns false if there is no way that is certain to be read so: a line of a here-document may
/// be its delimiter.
bool append_quoted(std::string& script, std::string_view value, const script_part& part);

}  // namespace weir
