/// What the readers of CI logs take for a command, wherever the text came from.
///
/// GitHub's runner looks for `::word::` and `::word ` at the front of a line, after blanks; the
/// same, Azure's agent and TeamCity look for `##[`, `##vso[` and `##teamcity[` anywhere in it.
/// Sources: actions/runner, ActionCommand.cs; microsoft/azure-pipelines-agent, Command.cs;
/// TeamCity, "Service messages"; GitLab, "Custom collapsible sections".
#pragma once

#include <string>
#include <string_view>

namespace weir {

inline constexpr std::string_view broken_colon = "\\x3a";
inline constexpr std::string_view broken_hash = "\\x23";

/// Whether a byte before `::` still leaves it at the front of the line: blanks, control characters,
/// and all beyond ASCII, which has blanks, too.
constexpr bool may_lead_to_command(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f;
}

/// Whether a byte can be part of the word in `::word::` and in `##word[`.
constexpr bool is_command_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

/// One line of escaped text, its commands broken up: `\x3a:error::x`, `#\x23[error]x`.
void break_commands(std::string& line);

/// A command line for a POSIX shell that does the same, and in which no reader of a log finds a
/// command, those of GitLab (`section_start:`) included: as it is, or else as words of eval.
std::string without_commands(std::string_view command_line);

}  // namespace weir
