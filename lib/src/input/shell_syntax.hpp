/// What POSIX shells have in common in their lexis: which bytes and words mean something to them.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/number.hpp"

namespace weir {

constexpr bool is_one_of(std::string_view word, std::span<const std::string_view> all) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// Blanks, line ends and the first bytes of operators.
constexpr bool ends_word(char c) {
  return is_blank(c) || c == '\n' || c == ';' || c == '&' || c == '|' || c == '(' || c == ')' ||
         c == '<' || c == '>';
}

constexpr bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// $1, $?, $#, ...
constexpr bool is_special_parameter(char c) {
  return (c >= '0' && c <= '9') ||
         (c != '\0' && std::string_view("?#$!@*-").find(c) != std::string_view::npos);
}

/// The one after the colon of ${name:-word}.
constexpr bool is_default_operator(char c) {
  return c == '-' || c == '=' || c == '?' || c == '+';
}

/// Bytes that stand for themselves wherever they are in a word, to every POSIX shell.
bool is_plain_byte(char c);

/// Reserved words after which a command begins: then, do, !, ...
bool comes_before_command(std::string_view word);

/// Whether a shell may run a command of this name itself, or not as a command: a builtin of POSIX
/// or of dash, or a reserved word.
bool is_shells_own(std::string_view word);

/// The text between backquotes as the shell reads it once more (XCU 2.6.3).
std::string without_backquote_escapes(std::string_view text, bool in_double_quotes);

/// Whether the line goes on in the next one.
bool ends_with_open_backslash(std::string_view line);

/// Whether two parentheses that opened before `text` are closed by `))`: else the first of them
/// began a command substitution, and the second a subshell in it.
bool closes_doubly(std::string_view text);

/// For each [ the index of the ] that closes it on the same line, else 0; empty without any [.
std::vector<std::size_t> closing_brackets(std::string_view text);

/// The bytes of a word but for its quotes and backslashes: enough to know a command or an option.
std::string without_quotes(std::string_view word);

}  // namespace weir
