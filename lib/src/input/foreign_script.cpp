#include "input/foreign_script.hpp"

#include <utility>

#include <weir/error.hpp>

#include "input/foreign_words.hpp"
#include "input/shell_syntax.hpp"

namespace weir {

namespace {

/// What both scanners have in common.
class foreign_scanner {
 public:
  foreign_scanner(std::string_view script, const placeholder_grammar& grammar,
                  shell_dialect dialect)
      : text_(script), grammar_(grammar), words_(script, dialect) {}

 protected:
  bool more() const { return at_ < text_.size(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void copy(std::size_t count = 1) {
    const auto bytes = text_.substr(at_, count);
    out_.tail += bytes;
    at_ += bytes.size();
  }
  std::optional<placeholder_match> match(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? grammar_.at(text_.substr(at_ + ahead)) : std::nullopt;
  }

  bool take_placeholder(quoting place, bool word_start = false) {
    const auto found = grammar_.take(text_.substr(at_));
    if (!found) return false;
    const std::size_t after = at_ + found->length;
    words_.add_placeholder(out_.parts.size(), at_, found->length);
    const bool word_end = after == text_.size() || ends_word(text_[after]);
    out_.parts.push_back({std::move(out_.tail), found->found, place, word_start && word_end});
    out_.tail.clear();
    out_.has_placeholder = true;
    at_ = after;
    return true;
  }

  /// Goes on word by word as long as `goes_on()`: a comment begins only where a word does.
  template <typename Condition, typename Separate, typename Piece>
  void words(Condition goes_on, Separate separates, Piece piece) {
    for (bool start = true; more() && goes_on();) {
      const char c = peek();
      if (c == '#' && start) {
        comment();
      } else {
        const bool line_goes_on = c == '\\' && peek(1) == '\n';
        if (line_goes_on)
          words_.end_word(at_);
        else if (!separates(c))
          words_.go_on(at_);
        piece(c, start);
      }
      start = ends_word(c);
    }
  }

  /// Handles what ends words and commands in both.
  /// \returns false if it is part of a word.
  bool separate(char c) {
    if (!ends_word(c)) return false;
    const char before = at_ > 0 ? text_[at_ - 1] : '\0';
    const bool redirects =
        c == '<' || c == '>' || before == '<' || before == '>' || (c == '&' && peek(1) == '>');
    const bool separator = c == '\n' || c == ';' || c == '&' || c == '|';
    if (separator && (!redirects || c == '\n' || c == ';'))
      words_.end_command(at_, c == '|' || (c == '&' && before == '|'));
    else
      words_.end_word(at_);
    return true;
  }

  void comment() {
    while (more() && peek() != '\n') {
      if (match()) out_.has_placeholder = true;
      copy();
    }
    if (!more()) out_.takes_more_words = false;
  }

  void close_quote() {
    if (!more()) out_.takes_more_words = false;
    copy();
  }

  void go_deeper() {
    constexpr unsigned deepest = 200;
    if (++depth_ > deepest) throw usage_error("the command is nested too deeply for a script");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  const placeholder_grammar& grammar_;
  unsigned depth_ = 0;
  foreign_words words_;
  scanned_script out_;
};

class fish_scanner : foreign_scanner {
 public:
  fish_scanner(std::string_view script, const placeholder_grammar& grammar)
      : foreign_scanner(script, grammar, shell_dialect::fish) {}

  scanned_script scan() {
    while (more()) commands();
    words_.mark(out_.parts);
    return std::move(out_);
  }

 private:
  /// Reads up to the `)` that closes it.
  void commands() {
    go_deeper();
    words_.open();
    words([this] { return peek() != ')'; },
          [this](char c) { return c != '(' && separate(c); },  // a substitution is in a word
          [this](char c, bool start) { piece(c, start); });
    if (!more()) {
      out_.awaits_command = words_.awaits_command(at_);
      out_.closed_by = words_.closing_word();
    }
    words_.close(at_);
    copy();
    --depth_;
  }

  void piece(char c, bool start) {
    if (c == '\\')
      copy(2);
    else if (c == '\'' || c == '"')
      quotes(c);
    else if (c == '(')
      copy(), commands();
    else if (!take_placeholder(quoting::none, start))
      copy();
  }

  /// A backslash in them is literal, unless the next character is special there.
  void quotes(char quote) {
    const auto place = quote == '"' ? quoting::double_quotes : quoting::single_quotes;
    copy();
    while (more() && peek() != quote) {
      if (peek() == '\\' && match(1)) {
        out_.tail += "\\\\";
        ++at_;
      } else if (peek() == '\\') {
        copy(2);
      } else if (quote == '"' && peek() == '$' && peek(1) == '(') {
        copy(2);
        commands();
      } else if (!take_placeholder(place)) {
        copy();
      }
    }
    close_quote();
  }
};

class csh_scanner : foreign_scanner {
 public:
  csh_scanner(std::string_view script, const placeholder_grammar& grammar)
      : foreign_scanner(script, grammar, shell_dialect::csh) {}

  scanned_script scan() {
    words([] { return true; }, [this](char c) { return separate_csh(c); },
          [this](char c, bool start) { piece(c, start); });
    out_.awaits_command = words_.awaits_command(at_);
    words_.end_command(at_);
    words_.mark(out_.parts);
    return std::move(out_);
  }

 private:
  /// Parentheses hold commands, expressions before commands, or the words of a list.
  bool separate_csh(char c) {
    if (c != '(' && c != ')') return separate(c);
    const std::string_view name = words_.name();
    if (name == "set" || name == "foreach")
      words_.end_word(at_);
    else
      words_.end_command(at_);
    return true;
  }

  void piece(char c, bool start) {
    if (c == '<' && peek(1) == '<') refuse_here_documents();
    if (c == '\\')
      copy(2);
    else if (c == '\'')
      single_quotes();
    else if (c == '"')
      double_quotes();
    else if (c == '`' && !substitutes_)
      backquotes();
    else
      take(quoting::none, start);
  }

  void backquotes() {
    copy();
    words_.open();
    words([this] { return peek() != '`'; }, [this](char c) { return separate_csh(c); },
          [this](char c, bool start) { piece(c, start); });
    words_.close(at_);
    copy();
  }

  void single_quotes() {
    copy();
    while (more() && peek() != '\'') take(quoting::single_quotes);
    close_quote();
  }

  void double_quotes() {
    copy();
    while (more() && peek() != '"') {
      if (peek() == '`') substitutes_ = !substitutes_;
      take(quoting::double_quotes);
    }
    close_quote();
  }

  /// Takes a placeholder or a byte.
  void take(quoting place, bool word_start = false) {
    if (substitutes_ && match())
      throw usage_error(
          "a placeholder is in `...` within double quotes, where csh cannot take data");
    if (!take_placeholder(place, word_start)) copy();
  }

  void refuse_here_documents() {
    if (std::exchange(knows_documents_, true)) return;
    for (std::size_t ahead = 0; at_ + ahead < text_.size(); ++ahead)
      if (match(ahead))
        throw usage_error(
            "a placeholder is in or after a here-document, where weir cannot pass data to csh");
  }

  /// Within `...` that began in double quotes. Quotes in it end those (`"`echo "x"`"` is three
  /// pieces of one word), and the substitution continues.
  bool substitutes_ = false;
  bool knows_documents_ = false;  ///< a here-document has begun, and no placeholder follows
};

}  // namespace

scanned_script scan_fish_script(std::string_view script, const placeholder_grammar& grammar) {
  return fish_scanner(script, grammar).scan();
}

scanned_script scan_csh_script(std::string_view script, const placeholder_grammar& grammar) {
  return csh_scanner(script, grammar).scan();
}

}  // namespace weir
