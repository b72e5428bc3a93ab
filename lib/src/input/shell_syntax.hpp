/// What POSIX shells have in common lexically: which bytes and words are special to them.
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

/// The operator after the colon in ${name:-word}.
constexpr bool is_default_operator(char c) {
  return c == '-' || c == '=' || c == '?' || c == '+';
}

/// Bytes that are literal anywhere in a word, for every POSIX shell.
bool is_plain_byte(char c);

/// Reserved words after which a command begins: then, do, !, ...
bool comes_before_command(std::string_view word);

/// Whether a shell may treat this name itself, rather than run a command of that name: a builtin of
/// POSIX or of dash, or a reserved word.
bool is_shells_own(std::string_view word);

/// The text between backquotes as the shell sees it when it reads it again (XCU 2.6.3).
std::string without_backquote_escapes(std::string_view text, bool in_double_quotes);

/// Whether the line continues on the next one.
bool ends_with_open_backslash(std::string_view line);

/// Whether two parentheses that opened before `text` are closed by `))`: otherwise the first of
/// them began a command substitution, and the second a subshell in it.
bool closes_doubly(std::string_view text);

/// For each [ the index of the ] that closes it on the same line, else 0; empty without any [.
std::vector<std::size_t> closing_brackets(std::string_view text);

/// The bytes of a word without quotes and backslashes: enough to recognise a command or an option.
std::string without_quotes(std::string_view word);

}  // namespace weir
