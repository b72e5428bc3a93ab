#include "input/shell_syntax.hpp"

#include <algorithm>
#include <array>

namespace weir {

namespace {

constexpr std::array plain_bytes = [] {
  std::array<bool, 256> plain{};
  for (unsigned c = 0x80; c < 0x100; ++c) plain[c] = true;
  for (unsigned c = 0; c < 0x80; ++c) plain[c] = is_name_byte(static_cast<char>(c));
  for (const char c : std::string_view("%+,-./:@")) plain[static_cast<unsigned char>(c)] = true;
  return plain;
}();

// Sorted: POSIX XCU 1.6, 2.4 and 2.14, the builtins of dash, and those of bash when called as sh.
constexpr std::array<std::string_view, 86> own_words{
    "!",        ".",        ":",       "[",        "[[",        "]]",        "alias",  "bg",
    "bind",     "break",    "builtin", "caller",   "case",      "cd",        "chdir",  "command",
    "compgen",  "complete", "compopt", "continue", "coproc",    "declare",   "dirs",   "disown",
    "do",       "done",     "echo",    "elif",     "else",      "enable",    "esac",   "eval",
    "exec",     "exit",     "export",  "false",    "fc",        "fg",        "fi",     "for",
    "function", "getopts",  "hash",    "help",     "history",   "if",        "in",     "jobs",
    "kill",     "let",      "local",   "logout",   "mapfile",   "namespace", "newgrp", "popd",
    "printf",   "pushd",    "pwd",     "read",     "readarray", "readonly",  "return", "select",
    "set",      "shift",    "shopt",   "source",   "suspend",   "test",      "then",   "time",
    "times",    "trap",     "true",    "type",     "typeset",   "ulimit",    "umask",  "unalias",
    "unset",    "until",    "wait",    "while",    "{",         "}"};

}  // namespace

bool is_plain_byte(char c) {
  return plain_bytes[static_cast<unsigned char>(c)];
}

bool comes_before_command(std::string_view word) {
  constexpr std::array<std::string_view, 10> words{"then",  "do",    "else", "elif", "if",
                                                   "while", "until", "!",    "{",    "time"};
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_shells_own(std::string_view word) {
  return std::binary_search(own_words.begin(), own_words.end(), word);
}

std::string without_backquote_escapes(std::string_view text, bool in_double_quotes) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size() &&
                        (text[i + 1] == '\\' || text[i + 1] == '`' || text[i + 1] == '$' ||
                         (in_double_quotes && text[i + 1] == '"'));
    plain += text[escape ? ++i : i];
  }
  return plain;
}

bool ends_with_open_backslash(std::string_view line) {
  const auto last = line.find_last_not_of('\\');
  const std::size_t backslashes = line.size() - (last == std::string_view::npos ? 0 : last + 1);
  return backslashes % 2 == 1;
}

bool closes_doubly(std::string_view text) {
  unsigned open = 2;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\')
      ++at;
    else if (text[at] == '(')
      ++open;
    else if (text[at] == ')' && --open == 1)
      return text.substr(at + 1).starts_with(')');
  }
  return false;
}

std::vector<std::size_t> closing_brackets(std::string_view text) {
  if (text.find('[') == std::string_view::npos) return {};
  std::vector<std::size_t> closers(text.size());
  std::vector<std::size_t> open;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '[') open.push_back(at);
    if (text[at] == '\n') open.clear();
    if (text[at] != ']' || open.empty()) continue;
    closers[open.back()] = at;
    open.pop_back();
  }
  return closers;
}

std::string without_quotes(std::string_view word) {
  std::string plain;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '\'' || word[i] == '"') continue;
    if (word[i] == '\\' && i + 1 < word.size()) ++i;
    plain += word[i];
  }
  return plain;
}

}  // namespace weir
