#include "input/nested_scripts.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "input/shell_invocation.hpp"
#include "input/shell_syntax.hpp"

namespace weir {

namespace {

using words = std::span<const command_word>;

bool is_an_item_alone(const command_word& word) {
  return word.placeholders.size() == 1 && word.placeholders.front().length == word.text.size();
}

std::size_t past_own_options(words command) {
  std::size_t at = 1;
  while (at < command.size() && command[at].text.starts_with('-'))
    if (command[at++].text == "--") break;
  return at;
}

/// All words from `first` on make one script.
std::vector<std::size_t> from(std::size_t first, words command) {
  std::vector<std::size_t> all;
  if (first + 1 == command.size() && is_an_item_alone(command[first])) return all;
  for (; first < command.size(); ++first) all.push_back(first);
  return all;
}

/// Its name; empty if the words run none.
std::string_view program_of(std::span<const std::string> command) {
  const std::size_t at = find_program(command);
  return at < command.size() ? program_name(command[at]) : std::string_view();
}

std::vector<std::string> texts_of(words command) {
  std::vector<std::string> texts;
  for (const auto& word : command) texts.push_back(word.text);
  return texts;
}

/// zsh's `emulate sh -c SCRIPT`.
std::vector<std::size_t> of_emulate(words command) {
  for (std::size_t i = 1; i + 1 < command.size(); ++i)
    if (command[i].text.starts_with('-') && command[i].text.ends_with('c'))
      return from(i + 1, command.first(i + 2));
  return {};
}

void add_script_of_shell(words command, std::size_t first, std::vector<std::size_t>& all) {
  if (first >= command.size()) return;
  const auto texts = texts_of(command.subspan(first));
  const auto found = find_shell_script(texts);
  if (!found) return;
  for (const std::size_t other : found->others) all.push_back(first + other);
  if (!is_an_item_alone(command[first + found->script])) all.push_back(first + found->script);
}

bool is_action_of_find(const command_word& word) {
  constexpr std::array<std::string_view, 4> actions{"-exec", "-execdir", "-ok", "-okdir"};
  return std::ranges::find(actions, word.text) != actions.end();
}

/// Ends at the next action at the latest, so that each word is looked at once.
std::size_t end_of_action(words command, std::size_t at) {
  while (at < command.size() && command[at].text != ";" && !is_action_of_find(command[at])) ++at;
  return at;
}

std::vector<std::size_t> of_find(words command) {
  std::vector<std::size_t> all;
  for (std::size_t i = 1; i + 1 < command.size(); ++i)
    if (is_action_of_find(command[i]))
      add_script_of_shell(command.first(end_of_action(command, i + 1)), i + 1, all);
  return all;
}

/// The command of a weir within, if it is one word, of which that weir makes a script; several run
/// as they are. Which words are arguments of options is not known, so that what may be the command
/// is taken for it.
std::vector<std::size_t> of_weir(words command, std::size_t weir) {
  std::vector<std::size_t> all;
  bool may_be_argument = false;
  for (std::size_t i = weir + 1; i < command.size(); ++i) {
    const std::string_view text = command[i].text;
    if (text.starts_with(":::")) break;
    if (text.starts_with('-')) {
      may_be_argument = true;
      continue;
    }
    const bool is_last = i + 1 == command.size() || command[i + 1].text.starts_with(":::") ||
                         command[i + 1].text.starts_with('-');
    if (is_last && !is_an_item_alone(command[i])) all.push_back(i);
    if (!std::exchange(may_be_argument, false)) break;
  }
  return all;
}

}  // namespace

std::string_view only_variable(const command_word& word) {
  const auto names = expanded_variables(word.text, true);
  if (names.size() != 1 || !word.placeholders.empty()) return {};
  const std::string name(names.front());
  const bool alone = word.text == '$' + name || word.text == "${" + name + '}';
  return alone ? names.front() : std::string_view();
}

std::vector<std::string_view> expanded_variables(std::string_view text, bool quoted) {
  std::vector<std::string_view> names;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (text[at] == '\'' && !quoted) {
      at = std::min(text.find('\'', at + 1), text.size());
    } else if (text[at] == '$') {
      const std::size_t begin = text.substr(at + 1).starts_with('{') ? at + 2 : at + 1;
      std::size_t end = begin;
      while (end < text.size() && is_name_byte(text[end])) ++end;
      if (end > begin) names.push_back(text.substr(begin, end - begin));
    }
  }
  return names;
}

bool reads_script(words command) {
  return is_shell_of_stdin(texts_of(command));
}

bool runs_commands(std::span<const std::string> command) {
  const std::string_view name = program_of(command);
  return name == "find" || name == "weir";
}

std::vector<std::size_t> scripts_among(words command) {
  if (command.empty()) return {};
  const std::string_view name = command.front().text;
  if (name == "eval" || name == "alias") return from(past_own_options(command), command);
  if (name == "trap") {
    const std::size_t action = past_own_options(command);
    return action < command.size() ? from(action, command.first(action + 1))
                                   : std::vector<std::size_t>{};
  }
  if (name == "emulate") return of_emulate(command);
  const std::vector<std::string> texts = texts_of(command);
  const std::string_view program = program_of(texts);
  if (program == "find") return of_find(command);
  if (program == "weir") return of_weir(command, find_program(texts));
  std::vector<std::size_t> all;
  add_script_of_shell(command, 0, all);
  return all;
}

}  // namespace weir
