#include "input/shell_program.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

#include <weir/error.hpp>

#include "input/shell_invocation.hpp"
#include "input/shell_words.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

using words_view = std::span<const std::string>;

/// Whether an option of several letters, or the name after -o, keeps scripts from running.
bool runs_nothing(std::string_view option) {
  if (option.starts_with("--"))
    return option == "--help" || option == "--version" || option == "--no-execute";
  return option == "noexec" ||
         (option.starts_with('-') && option.find('n') != std::string_view::npos);
}

/// How many words after it an option of a shell takes.
std::size_t values_of(std::string_view option, shell_dialect dialect) {
  if (option == "--rcfile" || option == "--init-file" || option == "--emulate") return 1;
  if (option.starts_with("--")) return 0;
  const std::string_view letters = dialect == shell_dialect::fish ? "Cdo" : "oO";
  return static_cast<std::size_t>(std::ranges::count_if(
      option, [&](char c) { return letters.find(c) != std::string_view::npos; }));
}

/// \param options of the shell. A file would be run instead of every script, and `bash -n` would
/// make all of them succeed.
void check_options(std::string_view text, words_view options, shell_dialect dialect) {
  const auto refuse = [&](const std::string& word, const char* why) {
    throw usage_error("the shell \"" + escape_and_clip(text, 60) + "\" " + why + ": found " +
                      escape_and_clip(word, 60));
  };
  const bool csh = dialect == shell_dialect::csh;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const std::string& option = options[i];
    if (option.size() < 2 || option == "--" || (option[0] != '-' && option[0] != '+'))
      refuse(option, "has an argument that is not an option");
    if (runs_nothing(option)) refuse(option, "would not run any script");
    for (auto values = csh ? 0 : values_of(option, dialect); values > 0 && ++i < options.size();
         --values)
      if (option[0] == '-' && runs_nothing(options[i]))
        refuse(options[i], "would not run any script");
  }
}

/// They exit or print something whatever the script is: so would all jobs.
bool ignores_script(std::string_view program) {
  return program == "true" || program == "false" || program == "echo" || program == "yes";
}

}  // namespace

shell_program parse_shell(std::string_view text) {
  shell_program shell;
  if (text.empty()) return shell;
  shell.chosen = true;
  shell.words.clear();
  const auto words = split_without_shell(text, nullptr);
  if (!words)
    throw usage_error('"' + escape_and_clip(text, 60) +
                      "\" is not a shell: expected a program and its options, such as 'bash -eu'");
  for (const auto& word : *words) shell.words.push_back(word.pieces.front().literal);
  if (shell.words.size() > 1 && shell.words.back() == "-c") shell.words.pop_back();
  const std::size_t program = find_program(shell.words);
  if (program >= shell.words.size())
    throw usage_error('"' + escape_and_clip(text, 60) +
                      "\" is not a shell but runs another program: expected the shell after it");
  const std::string& name = shell.words[program];
  if (ignores_script(program_name(name)))
    throw usage_error('"' + escape_and_clip(text, 60) +
                      "\" is not a shell: it would ignore the script");
  shell.dialect = dialect_of(name);
  shell.name = program_name(name);
  if (shell.dialect != shell_dialect::unknown)
    check_options(text, words_view(shell.words).subspan(program + 1), shell.dialect);
  return shell;
}

}  // namespace weir
