#include "command_check.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "input/interpreted_script.hpp"
#include "input/script.hpp"
#include "input/script_text.hpp"
#include "input/shell_program.hpp"
#include "input/template.hpp"
#include "process/program_lookup.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

using words_view = std::span<const std::string>;

std::string search_path() {
  const char* const path = std::getenv("PATH");
  return path == nullptr ? std::string(default_path) : path;
}

bool is_there(const std::string& program, const std::string& path) {
  if (program.find('/') != std::string::npos) return ::access(program.c_str(), X_OK) == 0;
  return program_lookup(path).find({program}).error == 0;
}

bool is_sign(std::string_view word) {
  constexpr std::array<std::string_view, 11> signs{"|",  "||", "|&", "&", "&&",  ">",
                                                   ">>", "<",  "2>", ";", "2>&1"};
  return std::ranges::find(signs, word) != signs.end();
}

/// Quotes a word for a script; placeholders and shell operators stay what they are.
std::string in_script(const std::string& word) {
  const bool plain = std::ranges::all_of(word, [](char c) {
    return c == '{' || c == '}' || c == '=' || shell_quote({&c, 1}).size() == 1;
  });
  return (plain && !word.empty()) || is_sign(word) ? word : shell_quote(word);
}

/// \param first_as_it_is the first word is itself a script.
std::string one_word(words_view words, bool first_as_it_is) {
  std::string script;
  for (const auto& word : words) {
    const bool first = script.empty();
    if (!first) script += ' ';
    script += first && first_as_it_is ? word : in_script(word);
  }
  return "weir " + shell_quote(script);
}

/// Programs for which an operator is an ordinary argument.
bool takes_signs(std::string_view program) {
  constexpr std::array<std::string_view, 4> programs{"[", "expr", "find", "test"};
  return std::ranges::find(programs, program.substr(program.rfind('/') + 1)) != programs.end();
}

/// An operator between other words, and not after an option: `cut -d '|' -f 1` and `grep '|' FILE`
/// mean it.
std::optional<std::string_view> stray_sign(words_view words) {
  if (words.empty() || takes_signs(words[0])) return std::nullopt;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const bool may_be_last = words[i] == "&" || words[i] == "2>&1";
    if (is_sign(words[i]) && (may_be_last || i + 1 < words.size()) &&
        !words[i - 1].starts_with('-'))
      return words[i];
  }
  return std::nullopt;
}

bool is_option(const std::string& word) {
  return word.size() > 1 && word.starts_with('-');
}

/// A word that cannot be a program, whatever is filled in.
bool is_script(const std::string& word) {
  if (word.find_first_of(" \t\n;|&<>()$`\"'") == std::string::npos) return false;
  if (word.find('{') == std::string::npos) return !is_there(word, search_path());
  const auto first = word.substr(0, word.find_first_of(" \t\n;|&<>"));
  return first.size() < word.size() && is_there(first, search_path());
}

/// The name of sh here, if it is a plain one: "dash".
std::string plain_sh() {
  char target[256];
  const ssize_t length = ::readlink("/bin/sh", target, sizeof target);
  const std::string_view path(target, length > 0 ? static_cast<std::size_t>(length) : 0);
  const auto name = program_name(path);
  return name == "dash" || name == "busybox" ? std::string(name) : "";
}

std::string program_of(const std::string& shell, const std::string& of) {
  try {
    return parse_shell(shell).words.front();
  } catch (const usage_error& error) {
    throw usage_error(of + ": " + error.what());
  }
}

void require(const std::string& shell, const std::string& of, const std::string& path) {
  const std::string program = program_of(shell, of);
  if (!is_there(program, path))
    throw usage_error(fmt::format("{}: \"{}\" not found: expected a shell", of, escape(program)));
}

bool is_interpreted(const options& o) {
  return o.items.command.size() == 1 && weir::is_interpreted(o.items.command.front());
}

void require_interpreter(const std::string& script) {
  const std::string interpreter(interpreter_of(script));
  if (!is_there(interpreter, search_path()))
    throw usage_error("interpreter " + escape(interpreter) +
                      " not found: the script's first line names it");
}

/// An environment variable with a name that one for an item would have.
std::optional<std::string> inherited(std::string_view names) {
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view entry = *variable;
    if (!entry.starts_with(names)) continue;
    const auto name = entry.substr(0, entry.find('='));
    if (name.size() > names.size() && is_item_number(name.substr(names.size())))
      return std::string(name);
  }
  return std::nullopt;
}

}  // namespace

std::string names_of_variables() {
  std::string names = template_options{}.variables;
  while (inherited(names)) names += '_';
  return names;
}

void refuse_inherited_variables() {
  if (const auto name = inherited(template_options{}.variables))
    throw usage_error(
        fmt::format("the environment has {0}, which scripts of a manifest use for items: "
                    "unset it, as with env -u {0}",
                    escape_and_clip(*name, 60)));
}

void require_shell(const run_settings& run, const std::string& named) {
  const auto path = std::ranges::find(run.env, "PATH", &env_changes::value_type::first);
  const bool own = path != run.env.end() && path->second;
  // If jobs have a directory, a path may be relative to it.
  if (run.dir.empty()) require(run.shell, named, own ? *path->second : search_path());
}

void check_command(const options& o) {
  if (!o.shell.empty()) require(o.shell, o.names.of("--shell"), search_path());
  const auto& words = o.items.command;
  if (is_interpreted(o)) return require_interpreter(words[0]);
  if (words.size() < 2 || !is_script(words[0])) return;
  const auto option = std::find_if(words.begin() + 1, words.end(), is_option);
  if (option != words.end())
    throw usage_error(
        fmt::format("\"{}\" is a script, not a program: it must be one word, and options "
                    "of weir, such as {}, come before it",
                    escape_and_clip(words[0], 60), escape_and_clip(*option, 60)));
  throw usage_error(
      fmt::format("\"{}\" is a script, not a program: it must be one word, with its items in "
                  "it: {}",
                  escape_and_clip(words[0], 60), escape(one_word(words, true))));
}

namespace {

/// What of a script is not sh's; empty: nothing, or it is refused for another reason later.
std::string foreign_to_sh(const options& o) {
  try {
    const placeholder_grammar grammar({}, false, o.items.options.syntax);
    return scan_script(o.items.command.front(), grammar, shell_dialect::sh).foreign;
  } catch (const usage_error&) {
    return {};
  }
}

}  // namespace

std::optional<std::string> note_on_command(const options& o) {
  const auto& words = o.items.command;
  if (const auto sign = stray_sign(words))
    return fmt::format("\"{}\" is an argument of {} here, not a shell operator: for that, write {}",
                       *sign, escape_and_clip(words[0], 60), escape(one_word(words, false)));
  if (words.size() != 1 || !o.shell.empty() || is_interpreted(o)) return std::nullopt;
  const std::string foreign = foreign_to_sh(o);
  const std::string sh = foreign.empty() ? "" : plain_sh();
  if (sh.empty()) return std::nullopt;
  return fmt::format("sh is {} here, which has no {}: --shell bash runs it with bash", sh, foreign);
}

}  // namespace weir::cli
