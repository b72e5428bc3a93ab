#include "input/shell_words.hpp"

#include <cstddef>
#include <utility>

#include "input/shell_syntax.hpp"

namespace weir {

namespace {

/// Builds words byte by byte.
class word_builder {
 public:
  void put(char c) {
    literal_ += c;
    open_ = true;
  }
  /// Part of the word has been read, perhaps only quotes.
  void begin() { open_ = true; }
  void put(const placeholder& what, bool quoted) {
    word_.pieces.push_back({std::exchange(literal_, {}), what});
    quoted_ = quoted_ || quoted;
    open_ = true;
  }
  void finish(std::vector<template_word>& words) {
    if (!open_) return;
    const bool single = word_.pieces.size() == 1 && literal_.empty() && !quoted_;
    if (word_.pieces.empty() || !literal_.empty())
      word_.pieces.push_back({std::move(literal_), std::nullopt});
    const auto& first = word_.pieces.front();
    word_.one_argument_each = single && first.literal.empty() && first.what &&
                              first.what->what == placeholder::kind::items;
    words.push_back(std::move(word_));
    *this = {};
  }

 private:
  template_word word_;
  std::string literal_;
  bool open_ = false;
  bool quoted_ = false;
};

class plain_splitter {
 public:
  /// \param fills false: placeholders are literals.
  plain_splitter(std::string_view script, const placeholder_grammar* grammar, bool fills)
      : text_(script), grammar_(grammar), fills_(fills) {}

  std::optional<std::vector<template_word>> split() {
    while (at_ < text_.size())
      if (!step()) return std::nullopt;
    builder_.finish(words_);
    if (words_.empty() || !runs_a_program(words_.front())) return std::nullopt;
    return std::move(words_);
  }

 private:
  static bool runs_a_program(const template_word& first) {
    if (first.pieces.size() != 1 || first.pieces.front().what) return false;
    const std::string& name = first.pieces.front().literal;
    return !name.empty() && name.find('=') == std::string::npos && !is_shells_own(name);
  }

  bool step() {
    const char c = text_[at_];
    if (is_blank(c)) {
      builder_.finish(words_);
      ++at_;
      return true;
    }
    if (c == '\'') return single_quotes();
    if (c == '"') return double_quotes();
    if (c == '\\') return backslash();
    if (take_placeholder(false)) return true;
    if (!is_plain_byte(c) && c != '=') return false;
    builder_.put(c);
    ++at_;
    return true;
  }

  bool take_placeholder(bool quoted) {
    if (grammar_ == nullptr) return false;
    const auto match = grammar_->take(text_.substr(at_));
    if (!match) return false;
    const std::size_t end = at_ + match->length;
    if (fills_) builder_.put(match->found, quoted);
    while (!fills_ && at_ < end) builder_.put(text_[at_++]);
    at_ = end;
    return true;
  }

  bool backslash() {
    if (at_ + 1 >= text_.size() || text_[at_ + 1] == '\n') return false;
    builder_.put(text_[at_ + 1]);
    at_ += 2;
    return true;
  }

  bool single_quotes() {
    builder_.begin();
    for (++at_; at_ < text_.size() && text_[at_] != '\'';)
      if (!take_placeholder(true)) builder_.put(text_[at_++]);
    return close_quote();
  }

  bool double_quotes() {
    builder_.begin();
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      const char c = text_[at_];
      if (c == '$' || c == '`') return false;
      if (c == '\\' && !escape_in_quotes()) return false;
      if (c != '\\' && !take_placeholder(true)) builder_.put(text_[at_++]);
    }
    return close_quote();
  }

  /// Within double quotes a backslash is literal unless followed by one of $ ` " \ and newline.
  bool escape_in_quotes() {
    if (at_ + 1 >= text_.size() || text_[at_ + 1] == '\n') return false;
    const bool escapes = std::string_view("$`\"\\").find(text_[at_ + 1]) != std::string_view::npos;
    builder_.put(escapes ? text_[at_ + 1] : '\\');
    at_ += escapes ? 2 : 1;
    return true;
  }

  bool close_quote() { return at_++ < text_.size(); }

  std::string_view text_;
  std::size_t at_ = 0;
  const placeholder_grammar* grammar_;
  bool fills_;
  word_builder builder_;
  std::vector<template_word> words_;
};

}  // namespace

template_word parse_word(std::string_view word, const placeholder_grammar& grammar) {
  word_builder builder;
  builder.begin();
  while (!word.empty()) {
    if (const auto match = grammar.take(word)) {
      builder.put(match->found, false);
      word.remove_prefix(match->length);
    } else {
      builder.put(word.front());
      word.remove_prefix(1);
    }
  }
  std::vector<template_word> words;
  builder.finish(words);
  return std::move(words.front());
}

std::optional<std::vector<template_word>> split_without_shell(std::string_view script,
                                                              const placeholder_grammar* grammar) {
  return plain_splitter(script, grammar, true).split();
}

std::optional<std::vector<std::string>> words_as_written(std::string_view script,
                                                         const placeholder_grammar& grammar) {
  const auto words = plain_splitter(script, &grammar, false).split();
  if (!words) return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& word : *words) texts.push_back(word.pieces.front().literal);
  return texts;
}

}  // namespace weir
