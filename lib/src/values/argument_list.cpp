#include <weir/argument_list.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

#include "values/first_word.hpp"

namespace weir {

argument_list::argument_list(std::initializer_list<std::string_view> arguments) {
  for (const auto argument : arguments) push_back(argument);
}

void argument_list::push_back(std::string_view argument) {
  assert(argument.find('\0') == std::string_view::npos);
  bytes_.reserve(bytes_.size() + argument.size() + 1);
  bytes_.append(argument);
  bytes_.push_back('\0');
  ++count_;
}

std::string_view argument_list::at(std::size_t index) const noexcept {
  assert(index < count_);
  const char* argument = bytes_.data();
  for (; index > 0; --index) argument += std::strlen(argument) + 1;
  return argument;
}

std::vector<std::string> argument_list::to_vector() const {
  std::vector<std::string> all;
  all.reserve(count_);
  const char* argument = bytes_.data();
  for (std::uint32_t i = 0; i < count_; ++i) {
    all.emplace_back(argument);
    argument += all.back().size() + 1;
  }
  return all;
}

void argument_list::pointers(std::vector<const char*>& out) const {
  const char* argument = bytes_.data();
  for (std::uint32_t i = 0; i < count_; ++i) {
    out.push_back(argument);
    argument += std::strlen(argument) + 1;
  }
  out.push_back(nullptr);
}

namespace {

bool is_safe(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && std::strchr("%+,-./:=@_", c) != nullptr);
}

/// zsh takes =ls for the path of ls.
bool is_bare(std::string_view word) {
  return !word.empty() && word.front() != '=' && std::all_of(word.begin(), word.end(), is_safe);
}

}  // namespace

bool needs_quotes_in_front(std::string_view word) {
  // Those of bash, ksh and zsh in addition to those of POSIX.
  constexpr std::array<std::string_view, 22> reserved{
      "case",   "coproc",    "do",      "done",     "elif",  "else", "end",       "esac",
      "fi",     "for",       "foreach", "function", "if",    "in",   "namespace", "repeat",
      "select", "nocorrect", "then",    "time",     "until", "while"};
  return word.find('=') != std::string_view::npos || word.starts_with('%') ||
         std::find(reserved.begin(), reserved.end(), word) != reserved.end();
}

std::string shell_quote(std::string_view word) {
  if (is_bare(word)) return std::string(word);
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  quoted += '\'';
  return quoted;
}

std::string shell_quote(const argument_list& arguments) {
  std::string line;
  const char* argument = arguments.bytes().data();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view word = argument;
    if (i > 0) line += ' ';
    const bool quotes = i == 0 && is_bare(word) && needs_quotes_in_front(word);
    line += quotes ? "'" + std::string(word) + "'" : shell_quote(word);
    argument += word.size() + 1;
  }
  return line;
}

}  // namespace weir
