#include "input/columns.hpp"

#include <algorithm>
#include <optional>

#include <re2/re2.h>
#include <weir/error.hpp>

#include "text/escape.hpp"
#include "text/utf8.hpp"

namespace weir {

namespace {

bool is_special(char c) {
  return std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<std::string> fixed_separator(std::string_view expression) {
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

namespace {

/// Such an expression would separate nothing, or only sometimes.
[[noreturn]] void refuse_empty_match(std::string_view expression) {
  const std::string shown = escape_and_clip(expression, 60);
  std::string advice = "; expected one that matches at least one character, like x+ and unlike x*";
  if (expression.size() == 1) advice = "; write \"\\" + shown + "\" for a literal " + shown;
  throw usage_error("--colsep: \"" + shown + "\" matches the empty string" + advice);
}

/// Whether it matches the empty string: between any two characters, or at a word's edge (\b).
bool matches_nothing(const RE2& expression) {
  for (const re2::StringPiece text : {"", "a"}) {
    re2::StringPiece found;
    if (expression.Match(text, 0, text.size(), RE2::UNANCHORED, &found, 1) && found.empty())
      return true;
  }
  return false;
}

// RE2's views are std's, or Abseil's, or its own.
re2::StringPiece view(std::string_view text) {
  return {text.data(), text.size()};
}

std::unique_ptr<const RE2> compile(std::string_view expression) {
  RE2::Options options;
  options.set_log_errors(false);
  // Bytes that are not UTF-8 may be intended: each is then one character.
  utf8_checker utf8;
  utf8.take(expression);
  if (!utf8.is_utf8()) options.set_encoding(RE2::Options::EncodingLatin1);
  auto compiled = std::make_unique<const RE2>(view(expression), options);
  if (compiled->ok() && matches_nothing(*compiled)) refuse_empty_match(expression);
  if (compiled->ok()) return compiled;
  throw usage_error("--colsep: \"" + escape_and_clip(expression, 60) +
                    "\" is not a regular expression of RE2: " + escape(compiled->error()) +
                    "; expected a separator such as , or \\t or [;,]");
}

/// Bytes of the character at `text`; 1 if it is not UTF-8.
std::size_t character_width(std::string_view text) {
  return std::max<std::size_t>(first_sequence(text).length, 1);
}

}  // namespace

struct column_splitter::expression {
  std::unique_ptr<const RE2> separator;
};

column_splitter::column_splitter(std::string_view separator) {
  if (separator.empty())
    throw usage_error("--colsep: the separator is empty: expected one such as , or \\t");
  if (auto plain = fixed_separator(separator))
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
  std::size_t column = 0;
  re2::StringPiece found;
  for (std::size_t at = column; at < line.size();) {
    if (!expression_->separator->Match(view(line), at, line.size(), RE2::UNANCHORED, &found, 1))
      break;
    const auto begin = static_cast<std::size_t>(found.data() - line.data());
    if (found.empty()) {  // separates nothing
      at = begin + (begin < line.size() ? character_width(line.substr(begin)) : 1);
      continue;
    }
    columns.push_back(line.substr(column, begin - column));
    column = at = begin + found.size();
  }
  columns.push_back(line.substr(column));
}

}  // namespace weir
