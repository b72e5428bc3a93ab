#include "input/columns.hpp"

#include <optional>

// GCC 12 takes a closure within <regex> for uninitialised when sanitizers are on (PR 105562).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <regex>

#include <weir/error.hpp>

#include "input/escape.hpp"

namespace weir {

namespace {

bool is_special(char c) {
  return std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos;
}

/// The string that an expression without operators matches: "\t" is a tab, "\|" a bar.
std::optional<std::string> plain_string(std::string_view expression) {
  std::string plain;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (expression[i] != '\\') {
      if (is_special(expression[i])) return std::nullopt;
      plain += expression[i];
      continue;
    }
    if (++i == expression.size()) return std::nullopt;
    if (expression[i] == 't')
      plain += '\t';
    else if (is_special(expression[i]))
      plain += expression[i];
    else
      return std::nullopt;
  }
  return plain;
}

// libstdc++'s other matcher needs stack for every byte that it matches: a long line would crash it.
std::regex compile(std::string_view expression) {
  auto flags = std::regex::ECMAScript | std::regex::optimize;
#ifdef __GLIBCXX__
  flags |= std::regex_constants::__polynomial;
#endif
  try {
    return std::regex(expression.begin(), expression.end(), flags);
  } catch (const std::regex_error&) {
    throw usage_error("--colsep: \"" + escape_and_clip(expression, 60) +
                      "\" is not a regular expression: expected a separator such as , or \\t or "
                      "[;,] (without back-references)");
  }
}

}  // namespace

struct column_splitter::expression {
  std::regex separator;
};

column_splitter::column_splitter(std::string_view separator) {
  if (separator.empty())
    throw usage_error("--colsep: the separator is empty: expected one such as , or \\t");
  if (auto plain = plain_string(separator))
    fixed_ = std::move(*plain);
  else
    expression_ = std::make_unique<expression>(expression{compile(separator)});
}

column_splitter::~column_splitter() = default;
column_splitter::column_splitter(column_splitter&&) noexcept = default;
column_splitter& column_splitter::operator=(column_splitter&&) noexcept = default;

void column_splitter::split(std::string_view line, std::vector<std::string_view>& columns) const {
  if (expression_ != nullptr) return split_by_expression(line, columns);
  std::size_t begin = 0;
  for (;;) {
    const auto end = line.find(fixed_, begin);
    columns.push_back(line.substr(begin, end - begin));
    if (end == std::string_view::npos) return;
    begin = end + fixed_.size();
  }
}

void column_splitter::split_by_expression(std::string_view line,
                                          std::vector<std::string_view>& columns) const {
  const char* column = line.data();
  const char* const end = column + line.size();
  const std::cregex_iterator none;
  for (std::cregex_iterator match(column, end, expression_->separator); match != none; ++match) {
    if (match->length() == 0) continue;  // separates nothing
    const char* separator = line.data() + match->position();
    columns.emplace_back(column, static_cast<std::size_t>(separator - column));
    column = separator + match->length();
  }
  columns.emplace_back(column, static_cast<std::size_t>(end - column));
}

}  // namespace weir
