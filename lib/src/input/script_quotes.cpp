// Quotes, expansions and arithmetic in a script.
#include <utility>

#include "input/script_scanner.hpp"
#include "input/shell_syntax.hpp"

namespace weir {

void script_scanner::single_quotes() {
  copy();
  while (more() && peek() != '\'')
    if (!take_placeholder(quoting::single_quotes)) copy();
  close_quote();
}

void script_scanner::close_quote() {
  open_quote_ = open_quote_ || !more();
  copy();
}

void script_scanner::double_quotes(quoting place) {
  const deeper guard(depth_);
  copy();
  while (more() && peek() != '"') quoted_piece(place);
  close_quote();
}

/// One step within double quotes, ${...} within double quotes, a here-document, or an arithmetic
/// expression.
void script_scanner::quoted_piece(quoting place) {
  const char c = peek();
  if (c == '\\' && peek(1) == '{' && grammar_.at(text_.substr(at_ + 1))) {
    out_.tail += "\\\\";  // literal before a brace, but would escape the reference
    ++at_;
  } else if (c == '\\') {
    copy(2);
  } else if (c == '`') {
    backquotes(true);
  } else if (c == '$') {
    dollar(place);
  } else if (!take_placeholder(place)) {
    copy();
  }
}

void script_scanner::dollar(quoting place) {
  const bool quoted = place != quoting::none;
  if (peek(1) == '(' && peek(2) == '(' && closes_doubly(text_.substr(at_ + 3))) {
    copy(3);
    arithmetic('(', ')', 2, false);
  } else if (peek(1) == '(') {
    copy(2);
    commands(')');
  } else if (peek(1) == '{') {
    copy(2);
    parameter(place);
  } else if (peek(1) == '[' && evaluates_code(dialect_)) {
    copy();
    index();
  } else if (peek(1) == '\'' && !quoted) {
    ansi_quotes();
  } else if (dialect_ == shell_dialect::zsh) {
    copy(is_special_parameter(peek(1)) ? 2 : 1);
    while (is_name_byte(peek())) copy();
    if (peek() == '[') index();
  } else {
    copy(is_special_parameter(peek(1)) ? 2 : 1);
  }
}

/// $'...' in bash and others; in a plain POSIX shell, a dollar before single quotes.
void script_scanner::ansi_quotes() {
  note_foreign("$'");
  copy(2);
  while (more() && peek() != '\'') {
    no_placeholder("in $'...', where a shell cannot take data: use other quotes there");
    copy(peek() == '\\' && evaluates_code(dialect_) ? 2 : 1);
  }
  close_quote();
}

/// An array's index, or the old $[...].
void script_scanner::index() {
  copy();
  arithmetic('[', ']', 1, true);
}

/// \param depth how many of `open` are open.
/// \param knows_quotes whether single quotes are quotes there, not plain bytes.
void script_scanner::arithmetic(char open, char close, unsigned depth, bool knows_quotes) {
  const deeper guard(depth_);
  const bool outer = std::exchange(in_number_, true);
  const std::size_t begin = at_;
  while (more() && depth > 0) {
    if (peek() == open) ++depth;
    if (peek() == close) --depth;
    if (peek() == '\'' && knows_quotes)
      single_quotes();
    else
      quoted_piece(quoting::arithmetic);
  }
  evaluated_.add_expression(text_.substr(begin, at_ - begin));
  in_number_ = outer;
}

/// ${name}, ${name:-word}, ${name#pattern}, and bash's ${name[index]}, ${name:offset}.
void script_scanner::parameter(quoting outer) {
  const deeper guard(depth_);
  constexpr std::string_view where = "where the name of a variable is expected";
  no_placeholder(where);
  const std::size_t begin = at_;
  if ((peek() == '#' || peek() == '!') && peek(1) != '}') copy();
  no_placeholder(where);
  if (is_special_parameter(peek()))
    copy();
  else
    while (is_name_byte(peek())) copy();
  const bool flags = at_ == begin && peek() == '(';  // in zsh; some of them are evaluated
  const bool number = flags || peek() == '[' || (peek() == ':' && !is_default_operator(peek(1)));
  const bool pattern = std::string_view("#%/^,").find(peek()) != std::string_view::npos;
  if (number || peek() == '/' || peek() == '^' || peek() == ',')
    note_foreign("${NAME" + std::string(1, peek()));
  const bool outer_number = std::exchange(in_number_, in_number_ || number);
  const quoting place = number ? quoting::arithmetic : within_parameter(outer, pattern);
  const std::size_t after_name = at_;
  const std::size_t first_part = out_.parts.size();
  while (more() && peek() != '}') parameter_piece(place);
  if (number) evaluated_.add_expression(text_.substr(after_name, at_ - after_name));
  in_number_ = outer_number;
  for (std::size_t part = first_part; part < out_.parts.size(); ++part)
    out_.parts[part].in_expansion = true;
  copy();
}

quoting script_scanner::within_parameter(quoting outer, bool pattern) {
  if (outer == quoting::none || outer == quoting::arithmetic) return outer;
  return pattern ? quoting::none : quoting::brace;  // a pattern has quotes of its own
}

void script_scanner::parameter_piece(quoting place) {
  if (place == quoting::none && peek() == '\'')
    single_quotes();
  else if (place == quoting::none && peek() == '\\')
    copy(2);
  else if (peek() == '"')
    double_quotes(place == quoting::none ? quoting::double_quotes : place);
  else if (peek() == '`')
    backquotes(place != quoting::none);
  else
    quoted_piece(place);
}

/// If `...` contains placeholders, it becomes $(...), in which nothing is escaped twice.
void script_scanner::backquotes(bool quoted) {
  const deeper guard(depth_);
  std::size_t close = at_ + 1;
  while (close < text_.size() && text_[close] != '`') close += text_[close] == '\\' ? 2 : 1;
  if (close > text_.size()) close = text_.size();
  const std::string inside =
      without_backquote_escapes(text_.substr(at_ + 1, close - at_ - 1), quoted);
  if (close == text_.size() || !holds_placeholder(inside)) return copy(close + 1 - at_);
  const auto outer = std::exchange(text_, inside);
  auto outer_closers = std::exchange(closers_, closing_brackets(inside));
  out_.tail += inside.front() == '(' ? "$( " : "$(";
  at_ = 0;
  commands('\0');
  out_.tail += "\n)";  // on a line of its own: `inside` may end in a comment
  text_ = outer;
  closers_ = std::move(outer_closers);
  at_ = close + 1;
}

}  // namespace weir
