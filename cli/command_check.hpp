/// What can be said of COMMAND and --shell before anything starts: a shell that is not there, and a
/// script that was written as one word among others, as GNU parallel joins and runs it.
#pragma once

#include <optional>
#include <string>

#include "input/manifest/manifest.hpp"
#include "options.hpp"

namespace weir::cli {

/// \throws usage_error if the manifest says a shell that is not there.
void require_shell(const run_settings& run);

/// \throws usage_error for a shell that is not there, and a first word that can only be a script.
void check_command(const options& o);

/// What the names of a script's variables for items begin with: "weir_", or longer where a variable
/// of such a name is inherited, which jobs may need as it is.
std::string names_of_variables();

/// \throws usage_error if one is inherited, for a manifest.
void refuse_inherited_variables();

/// Something that may have been meant otherwise, in one line without its newline: a shell's sign
/// that is an argument, a script for bash that sh gets.
std::optional<std::string> note_on_command(const options& o);

}  // namespace weir::cli
