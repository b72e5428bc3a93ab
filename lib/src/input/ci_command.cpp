#include "input/ci_command.hpp"

#include <algorithm>

namespace weir {

namespace {

std::size_t after_word(std::string_view line, std::size_t at) {
  while (at < line.size() && is_command_letter(line[at])) ++at;
  return at;
}

/// Its front only: the rest of the line is what the command would be about.
void break_front(std::string& line) {
  const auto front = std::ranges::find_if_not(line, may_lead_to_command) - line.begin();
  const auto at = static_cast<std::size_t>(front);
  if (line.compare(at, 2, "::") != 0) return;
  const std::size_t end = after_word(line, at + 2);
  const bool ends = line.compare(end, 1, " ") == 0 || line.compare(end, 2, "::") == 0;
  if (end > at + 2 && ends) line.replace(at, 1, broken_colon);
}

}  // namespace

void break_commands(std::string& line) {
  break_front(line);
  for (std::size_t at = 0; (at = line.find("##", at)) != std::string::npos; ++at)
    if (line.compare(after_word(line, at + 2), 1, "[") == 0) line.replace(at + 1, 1, broken_hash);
}

}  // namespace weir
