#include "input/input_readers.hpp"

#include <algorithm>
#include <array>

#include "input/evaluated_words.hpp"
#include "input/shell_syntax.hpp"

namespace weir {

namespace {

constexpr std::array<std::string_view, 3> readers{"read", "mapfile", "readarray"};
/// A subshell's `)` is not a word.
constexpr std::array<std::string_view, 4> ends{"done", "}", "fi", "esac"};

}  // namespace

std::optional<std::size_t> input_readers::add(std::span<const command_word> command) {
  if (command.empty() || is_one_of(command.front().text, ends)) return every;
  if (!is_one_of(command.front().text, readers)) return std::nullopt;
  auto& names = variables_.emplace_back();
  names.insert({"REPLY", "MAPFILE"});
  for (const auto& word : command.subspan(1))
    names.insert(word.text.substr(0, word.text.find('?')));  // without zsh's prompt
  return variables_.size() - 1;
}

std::vector<std::size_t> input_readers::parts_read_into(
    const std::function<bool(std::string_view)>& is_meant) const {
  std::vector<bool> meant;
  for (const auto& names : variables_)
    meant.push_back(std::any_of(names.begin(), names.end(), is_meant));
  const bool any = std::find(meant.begin(), meant.end(), true) != meant.end();
  std::vector<std::size_t> parts;
  for (const auto& [reader, part] : inputs_)
    if (reader == every ? any : meant[reader]) parts.push_back(part);
  return parts;
}

}  // namespace weir
