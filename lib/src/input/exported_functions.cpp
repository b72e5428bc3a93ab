#include "input/exported_functions.hpp"

#include <algorithm>

#include "input/shell_syntax.hpp"

namespace weir {

namespace {

/// Ends a word here; `$(` and a backquote begin commands within one.
bool ends_bare_word(char c) {
  return ends_word(c) || c == '`' || c == '"' || c == '\'';
}

bool begins_command(char c) {
  return c == '\n' || c == ';' || c == '&' || c == '|' || c == '(' || c == ')' || c == '`';
}

/// X=1 f
bool is_assignment(std::string_view word) {
  const auto name = word.substr(0, word.find('='));
  return name.size() < word.size() && !name.empty() && std::ranges::all_of(name, is_name_byte);
}

}  // namespace

std::vector<std::string> exported_functions(const char* const* environment) {
  constexpr std::string_view start = "BASH_FUNC_", end = "%%";
  std::vector<std::string> names;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    const std::string_view name = entry.substr(0, entry.find('='));
    if (name.starts_with(start) && name.ends_with(end) && name.size() > start.size() + end.size())
      names.emplace_back(name.substr(start.size(), name.size() - start.size() - end.size()));
  }
  return names;
}

bool calls_one_of(std::string_view script, std::span<const std::string> names) {
  bool command = true;  // one may begin here
  for (std::size_t at = 0; at < script.size();) {
    const auto end = std::find_if(script.begin() + static_cast<std::ptrdiff_t>(at), script.end(),
                                  ends_bare_word);
    const auto size = static_cast<std::size_t>(end - script.begin()) - at;
    const std::string_view word = script.substr(at, size);
    if (word.empty()) {
      command = begins_command(script[at]) || (command && is_blank(script[at]));
      ++at;
      continue;
    }
    if (command && std::ranges::find(names, word) != names.end()) return true;
    command = command && (comes_before_command(word) || is_assignment(word));
    at += size;
  }
  return false;
}

}  // namespace weir
