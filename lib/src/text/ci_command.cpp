#include "text/ci_command.hpp"

#include <algorithm>
#include <array>

#include <weir/argument_list.hpp>

namespace weir {

namespace {

std::size_t after_word(std::string_view line, std::size_t at) {
  while (at < line.size() && is_command_letter(line[at])) ++at;
  return at;
}

/// Only its beginning: the rest of the line would be the command's argument.
void break_front(std::string& line) {
  const auto front = std::ranges::find_if_not(line, may_lead_to_command) - line.begin();
  const auto at = static_cast<std::size_t>(front);
  if (line.compare(at, 2, "::") != 0) return;
  const std::size_t end = after_word(line, at + 2);
  const bool ends = line.compare(end, 1, " ") == 0 || line.compare(end, 2, "::") == 0;
  if (end > at + 2 && ends) line.replace(at, 1, broken_colon);
}

constexpr std::string_view line_ends = "\r\n";
constexpr std::array<std::string_view, 2> sections{"section_start:", "section_end:"};

bool has_commands(std::string_view text) {
  for (const std::string_view section : sections)
    if (text.find(section) != std::string_view::npos) return true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(line_ends), text.size());
    std::string line(text.substr(0, end));
    break_commands(line);
    if (line != text.substr(0, end)) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

/// In text in single quotes, closing and reopening them leaves the word unchanged.
void part_at(std::string& quoted, std::size_t at) {
  quoted.insert(at, "''");
}

}  // namespace

std::string without_commands(std::string_view command_line) {
  if (!has_commands(command_line)) return std::string(command_line);
  std::string quoted = shell_quote(command_line);
  for (std::size_t at = 0; (at = quoted.find("##", at)) != std::string::npos; ++at)
    part_at(quoted, at + 1);
  for (std::size_t at = 0; (at = quoted.find_first_of(line_ends, at)) != std::string::npos; ++at)
    part_at(quoted, at + 1);
  for (const std::string_view section : sections)
    for (std::size_t at = 0; (at = quoted.find(section, at)) != std::string::npos; ++at)
      part_at(quoted, at + section.size() - 1);
  return "eval " + quoted;
}

void break_commands(std::string& line) {
  break_front(line);
  for (std::size_t at = 0; (at = line.find("##", at)) != std::string::npos; ++at)
    if (line.compare(after_word(line, at + 2), 1, "[") == 0) line.replace(at + 1, 1, broken_hash);
}

}  // namespace weir
