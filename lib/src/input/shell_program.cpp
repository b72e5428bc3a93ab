#include "input/shell_program.hpp"

#include <weir/error.hpp>

#include "input/escape.hpp"
#include "input/shell_invocation.hpp"
#include "input/shell_words.hpp"

namespace weir {

shell_program parse_shell(std::string_view text) {
  shell_program shell;
  if (text.empty()) return shell;
  shell.chosen = true;
  shell.words.clear();
  const auto words = split_without_shell(text, nullptr);
  if (!words)
    throw usage_error('"' + escape_and_clip(text, 60) +
                      "\" is no shell: expected a program and its options, such as 'bash -eu'");
  for (const auto& word : *words) shell.words.push_back(word.pieces.front().literal);
  if (shell.words.size() > 1 && shell.words.back() == "-c") shell.words.pop_back();
  const std::size_t program = find_program(shell.words);
  const std::string& name = program < shell.words.size() ? shell.words[program] : shell.words[0];
  shell.dialect = dialect_of(name);
  shell.name = program_name(name);
  return shell;
}

}  // namespace weir
