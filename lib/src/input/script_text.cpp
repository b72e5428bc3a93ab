#include "input/script_text.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "input/shell_syntax.hpp"

namespace weir {

namespace {

std::string in_single_quotes(std::string_view value) {
  std::string quoted = "'";
  for (const char c : value) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + '\'';
}

/// Unquoted only where it cannot be taken for an assignment, a reserved word, a descriptor's
/// number, or the rest of a word.
std::string as_word(std::string_view value, const script_part& part) {
  const bool descriptor =
      part.before_redirection && std::all_of(value.begin(), value.end(), is_digit);
  const bool bare = part.whole_word && !value.empty() && !descriptor && !is_shells_own(value) &&
                    std::all_of(value.begin(), value.end(), is_plain_byte);
  return bare ? std::string(value) : in_single_quotes(value);
}

std::string with_backslashes(std::string_view value, std::string_view special) {
  std::string escaped;
  for (const char c : value) {
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

/// Within double quotes: closes them around what even an interactive shell would expand (also !).
std::string within_double_quotes(std::string_view value) {
  if (value.find_first_of("\"\\$`!") == std::string_view::npos) return std::string(value);
  return '"' + in_single_quotes(value) + '"';
}

std::string within_single_quotes(std::string_view value) {
  const std::string quoted = in_single_quotes(value);
  return quoted.substr(1, quoted.size() - 2);
}

/// fish functions see only global variables. -u: not in the environment.
std::string set_variables_of_fish(std::size_t count, std::string_view names) {
  std::string text;
  for (std::size_t i = 1; i <= count; ++i)
    fmt::format_to(std::back_inserter(text), "set -gu {0}{1} $argv[{1}]; ", names, i);
  return text + fmt::format("set -e argv[1..{}]; ", count);
}

/// On a line of its own: csh wants foreach and others at the beginning of one.
std::string set_variables_of_csh(std::size_t count, std::string_view names) {
  std::string text = "shift; ";  // the name, which keeps an item from being an option
  for (std::size_t i = 1; i <= count; ++i)
    fmt::format_to(std::back_inserter(text), "set {}{} = \"\"$argv[1]:q; shift; ", names, i);
  text.back() = '\n';
  return text;
}

/// Closes the surrounding quotes around it.
std::string outside_quotes(const std::string& reference, quoting place) {
  if (place == quoting::single_quotes) return '\'' + reference + '\'';
  if (place == quoting::double_quotes) return '"' + reference + '"';
  return reference;
}

}  // namespace

std::string set_variables(std::size_t count, std::string_view names, shell_dialect dialect) {
  if (dialect == shell_dialect::fish) return set_variables_of_fish(count, names);
  if (dialect == shell_dialect::csh) return set_variables_of_csh(count, names);
  constexpr std::size_t most_spelled_out = 20;
  if (count > most_spelled_out)
    return fmt::format(
        "{0}n=0; while [ ${0}n -lt {1} ]; do {0}n=$(({0}n+1)); eval {0}${0}n=\\$1; shift; done; ",
        names, count);
  std::string text;
  for (std::size_t i = 1; i <= count; ++i)
    fmt::format_to(std::back_inserter(text), "{0}{1}=${2}{1}{3} ", names, i, i < 10 ? "" : "{",
                   i < 10 ? "" : "}");
  text.back() = ';';
  return text + (count == 1 ? " shift; " : fmt::format(" shift {}; ", count));
}

bool is_item_number(std::string_view rest) {
  return rest == "n" || (!rest.empty() && std::all_of(rest.begin(), rest.end(), is_digit));
}

std::string quoted_for(std::string_view word, shell_dialect dialect) {
  if (is_posix_like(dialect) || dialect == shell_dialect::unknown) return in_single_quotes(word);
  const std::string_view special = dialect == shell_dialect::fish ? "\\'" : "!\n";
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'' && dialect == shell_dialect::csh) {
      quoted += "'\\''";
      continue;
    }
    if (special.find(c) != std::string_view::npos) quoted += '\\';
    quoted += c;
  }
  return quoted + '\'';
}

void append_reference(std::string& script, const std::string& variable, quoting place,
                      shell_dialect dialect) {
  if (dialect == shell_dialect::fish)
    script += outside_quotes('"' + ('$' + variable) + '"', place);
  else if (dialect == shell_dialect::csh)
    script += outside_quotes("\"\"$" + variable + ":q", place);
  else if (place == quoting::none || place == quoting::single_quotes)
    script += outside_quotes("\"$" + variable + '"', place);
  else
    script += "${" + variable + '}';
}

bool append_quoted(std::string& script, std::string_view value, const script_part& part) {
  switch (part.place) {
    case quoting::none:
      script += as_word(value, part);
      return true;
    case quoting::single_quotes:
      script += within_single_quotes(value);
      return true;
    case quoting::double_quotes:
      script += within_double_quotes(value);
      return true;
    case quoting::brace:
      script += with_backslashes(value, "\\\"$`}");
      return true;
    case quoting::here_document:
      script += with_backslashes(value, "\\$`");
      return value.find('\n') == std::string_view::npos;
    case quoting::arithmetic:
      script += value;
      return true;
  }
  return false;
}

}  // namespace weir
