#include "input/expression_reader.hpp"

#include <charconv>

#include <weir/error.hpp>

#include "input/shell_syntax.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

char closing(char open) {
  switch (open) {
    case '(':
      return ')';
    case '{':
      return '}';
    case '[':
      return ']';
    case '<':
      return '>';
    default:
      return open;
  }
}

}  // namespace

void expression_reader::skip_blanks() {
  while (at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == '\n')) ++at_;
}

bool expression_reader::at_end() {
  skip_blanks();
  return at_ == text_.size();
}

bool expression_reader::next_is(std::string_view what) {
  skip_blanks();
  return text_.substr(at_).starts_with(what);
}

bool expression_reader::accept(std::string_view what) {
  if (!next_is(what)) return false;
  at_ += what.size();
  return true;
}

bool expression_reader::accept_word(std::string_view word) {
  if (!next_is(word)) return false;
  const std::size_t after = at_ + word.size();
  if (after < text_.size() && is_name_byte(text_[after])) return false;
  at_ = after;
  return true;
}

const std::shared_ptr<job_facts>& expression_reader::facts(const std::string& what) const {
  if (!facts_) refuse(what + " is not known here");
  return facts_;
}

void expression_reader::expect_call() {
  if (accept("(")) expect(")");
}

void expression_reader::expect(std::string_view what) {
  if (!accept(what)) refuse();
}

std::string_view expression_reader::word() {
  skip_blanks();
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_name_byte(text_[at_])) ++at_;
  return text_.substr(begin, at_ - begin);
}

std::string_view expression_reader::digits() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  return text_.substr(begin, at_ - begin);
}

std::string expression_reader::delimited(char open) {
  const char close = closing(open);
  std::string text;
  unsigned depth = 0;
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == close && depth == 0) {
      ++at_;
      return with_parameters(std::move(text));
    }
    if (close != open && (c == open || c == close)) depth += c == open ? 1 : -1U;
    if (c == '\\' && at_ + 1 < text_.size()) {
      if (text_[++at_] != close || close != open) text += '\\';
    }
    text += text_[at_];
  }
  refuse(std::string("expected a closing ") + close);
}

std::string expression_reader::with_parameters(std::string text) const {
  for (std::size_t at = 0; (at = text.find("$$", at)) != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", at + 2), text.size());
    std::size_t number = 0;
    std::from_chars(text.data() + at + 2, text.data() + end, number);
    if (number == 0 || number > parameters_.size())
      refuse("\"$$" + text.substr(at + 2, end - at - 2) + "\" is not a group of the tag");
    text.replace(at, end - at, parameters_[number - 1]);
    at += parameters_[number - 1].size();
  }
  return text;
}

std::string expression_reader::parameter() {
  return with_parameters("$$" + std::string(digits()));
}

void expression_reader::refuse() const {
  const std::string rest(text_.substr(std::min(at_, text_.size())));
  refuse(rest.empty() ? "it ends too early"
                      : '"' + escape_and_clip(rest, 60) + "\" is not understood");
}

void expression_reader::refuse(const std::string& why) {
  throw usage_error("{= =}: " + why +
                    "; Perl is not run: only s///, tr///, $_ = with lc, uc, sprintf, substr, seq() "
                    "and the like, comparisons and skip() are supported; otherwise use the shell: "
                    "x={}; echo \"${x%.*}\"");
}

}  // namespace weir
