#include "forgotten_file.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "process/program_lookup.hpp"
#include "report/records/formats.hpp"
#include "text/escape.hpp"

namespace weir::cli {

namespace {

enum class kind { none, file, directory };

kind kind_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return kind::none;
  return S_ISDIR(status.st_mode) ? kind::directory : kind::file;
}

/// What a shell runs without a program; not `jobs` and the like, which are good names for a record.
bool is_builtin(std::string_view word) {
  constexpr std::array<std::string_view, 13> builtins{".",    ":",    "cd",     "command", "eval",
                                                      "exec", "set",  "export", "source",  "trap",
                                                      "type", "wait", "builtin"};
  return std::ranges::find(builtins, word) != builtins.end();
}

bool is_executable(const std::string& path) {
  return kind_of(path) == kind::file && ::access(path.c_str(), X_OK) == 0;
}

bool is_mere_file(const std::string& path) {
  return kind_of(path) == kind::file && !is_executable(path);
}

bool is_exported_function(const std::string& word) {
  return std::getenv(("BASH_FUNC_" + word + "%%").c_str()) != nullptr;
}

bool is_program(const std::string& word) {
  if (word.find('/') != std::string::npos) return is_executable(word);
  const char* const path = std::getenv("PATH");
  return is_builtin(word) || is_exported_function(word) ||
         program_lookup(path == nullptr ? std::string(default_path) : path).find({word}).error == 0;
}

/// A program, or a script that begins with one.
bool is_command(const std::string& value) {
  return is_program(value.substr(0, value.find_first_of(" \t\n")));
}

/// Nobody gives a file such a name: with a placeholder in it, or with blanks as well as shell
/// operators.
bool looks_like_script(std::string_view value) {
  const auto open = value.find('{');
  const bool placeholder =
      open != std::string_view::npos && value.find('}', open) != std::string_view::npos;
  const bool blanks = value.find_first_of(" \t\n") != std::string_view::npos;
  return placeholder ||
         (blanks && value.find_first_of(";|&<>()$`!\"'*?=") != std::string_view::npos);
}

bool makes_a_file(std::string_view option) {
  constexpr std::array<std::string_view, 4> others{"--journal", "--resume", "--durations",
                                                   "--tagstring"};
  return std::ranges::find(others, option) != others.end() ||
         std::ranges::any_of(record_formats(),
                             [&](const record_format* format) { return format->option == option; });
}

constexpr std::string_view spelling_of_gnu =
    "GNU parallel's --joblog FILE --resume is --resume FILE here; ";

/// \param found what was given instead of a file.
[[noreturn]] void refuse(const value_apart& given, const std::string& found) {
  const std::string value = escape(given.value);
  const bool text = given.option == "--tagstring";
  std::string message = given.name + ": expected " + (text ? "STR" : "FILE") + ", found " + found;
  message += "; ";
  if (given.option == "--resume" || given.option == "--journal") message += spelling_of_gnu;
  message += text ? "to use it as text, write " : "for a file of that name, write ";
  throw usage_error(message + given.name + '=' + value);
}

[[noreturn]] void refuse_directory(const value_apart& given) {
  throw usage_error(given.name + ": expected FILE, found the directory " + escape(given.value));
}

/// Items or lines would be run as command lines.
void refuse_without_command(const value_apart& given) {
  if (!makes_a_file(given.option)) return;
  const bool program = is_command(given.value) || is_executable(given.value);
  // A text for tags has placeholders, too.
  const bool script = !program && given.option != "--tagstring" && looks_like_script(given.value) &&
                      kind_of(given.value) == kind::none;
  if (!script && !program) return;
  if (kind_of(given.value) == kind::directory) {
    if (given.option == "--results") return;
    if (given.option != "--tagstring") refuse_directory(given);
  }
  refuse(given, (script ? "the script " : "the program ") + escape(given.value) +
                    ", and no COMMAND after it");
}

/// A name not yet used by a journal may be one: `--resume run.jsonl` begins it.
bool may_be_new_journal(const std::string& value, const std::string& command) {
  return value.find_first_of("./") != std::string::npos && !command.starts_with('{');
}

/// \param command its first word; empty if there is none.
void refuse_as_journal(const value_apart& given, const std::string& command) {
  if (kind_of(given.value) == kind::directory) refuse_directory(given);
  if (is_command(given.value) && !is_mere_file(given.value))
    refuse(given, "the program " + escape(given.value));
  if (kind_of(given.value) == kind::none && looks_like_script(given.value))
    refuse(given, "the script " + escape(given.value));
  if (kind_of(given.value) == kind::none && !may_be_new_journal(given.value, command))
    refuse(given, escape(given.value) + ", which does not exist");
}

}  // namespace

void refuse_list_as_command(const options& o) {
  const auto& command = o.items.command;
  if (command.size() != 1 || !o.shell.empty() || !o.inputs.empty() || !o.arg_files.empty()) return;
  const std::string& file = command.front();
  if (!is_mere_file(file) || ::access(file.c_str(), R_OK) != 0 || is_program(file)) return;
  throw usage_error(escape(file) +
                    ": is a file, not a program; if its lines are commands, write weir < " +
                    escape(shell_quote(file)));
}

void refuse_forgotten_file(const options& o, std::span<const value_apart> values) {
  const bool none_left = o.manifest.file.empty() && o.items.command.empty();
  const std::string command = o.items.command.empty() ? "" : o.items.command.front();
  for (const value_apart& given : values) {
    if (none_left) refuse_without_command(given);
    if (given.option == "--resume") refuse_as_journal(given, command);
  }
}

}  // namespace weir::cli
