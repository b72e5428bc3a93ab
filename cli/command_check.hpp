/// What can be said about COMMAND and --shell before anything starts: a shell that does not exist,
/// or a script written as one word among others, which GNU parallel would join and run.
#pragma once

#include <optional>
#include <string>

#include "input/manifest/manifest.hpp"
#include "options.hpp"

namespace weir::cli {

/// \param named the setting, for the message.
/// \throws usage_error if the manifest names a shell that does not exist.
void require_shell(const run_settings& run, const std::string& named);

/// \throws usage_error for a shell that does not exist, and for a first word that can only be a
/// script.
void check_command(const options& o);

/// The prefix of a script's variables for items: "weir_", or longer if a variable with such a name
/// is inherited, which jobs may need unchanged.
std::string names_of_variables();

/// \throws usage_error if such a variable is inherited, for a manifest.
void refuse_inherited_variables();

/// Something that may have been meant differently, in one line without its newline: a shell
/// operator given as an argument, or a script for bash that is run by sh.
std::optional<std::string> note_on_command(const options& o);

}  // namespace weir::cli
