/// What readers of CI logs take for a command, wherever the text came from.
///
/// GitHub's runner looks for `::word::` and `::word ` at the beginning of a line, after blanks; it,
/// Azure's agent and TeamCity look for `##[`, `##vso[` and `##teamcity[` anywhere in it. Sources:
/// actions/runner, ActionCommand.cs; microsoft/azure-pipelines-agent, Command.cs; TeamCity,
/// "Service messages"; GitLab, "Custom collapsible sections".
#pragma once

#include <string>
#include <string_view>

namespace weir {

inline constexpr std::string_view broken_colon = "\\x3a";
inline constexpr std::string_view broken_hash = "\\x23";

/// Whether a `::` after this byte may still count as the beginning of the line: blanks, control
/// characters, and everything beyond ASCII, which has blanks, too.
constexpr bool may_lead_to_command(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f;
}

/// Whether a byte can be part of the word in `::word::` and in `##word[`.
constexpr bool is_command_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

/// Breaks up the commands in one line of escaped text: `\x3a:error::x`, `#\x23[error]x`.
void break_commands(std::string& line);

/// A command line for a POSIX shell that does the same, but in which no reader of a log finds a
/// command, including those of GitLab (`section_start:`): unchanged, or else as words of eval.
std::string without_commands(std::string_view command_line);

}  // namespace weir
