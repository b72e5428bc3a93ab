#include "input/script.hpp"

#include <cstddef>
#include <utility>

#include <weir/error.hpp>

#include "input/shell_syntax.hpp"

namespace weir {

namespace {

struct here_document {
  std::string delimiter;
  bool quoted = false;
  bool strips_tabs = false;
};

[[noreturn]] void refuse(std::string_view found, std::string_view where) {
  throw usage_error("\"" + std::string(found) + "\" in the command stands " + std::string(where));
}

/// One pass over the script. Each function is called on the first byte after what opens its
/// construct, and returns behind what closes it, or at the end.
class script_scanner {
 public:
  script_scanner(std::string_view script, const placeholder_grammar& grammar, bool posix_shell)
      : text_(script), grammar_(grammar), posix_shell_(posix_shell) {}

  scanned_script scan() {
    commands('\0');
    out_.takes_more_words = !open_quote_ && !after_comment_ && !after_here_document_;
    return std::move(out_);
  }

 private:
  /// What a run of commands has to remember to tell the `)` of a case pattern from its own end.
  struct command_state {
    unsigned cases = 0;
    bool word_start = true;
    bool command_position = true;
    bool after_in = false;
  };

  class deeper {
   public:
    explicit deeper(unsigned& depth) : depth_(depth) {
      constexpr unsigned deepest = 200;
      if (++depth_ > deepest) throw usage_error("the command is nested too deeply for a script");
    }
    ~deeper() { --depth_; }
    deeper(const deeper&) = delete;
    deeper& operator=(const deeper&) = delete;

   private:
    unsigned& depth_;
  };

  bool more() const { return at_ < text_.size(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void copy(std::size_t count = 1) {
    const auto bytes = text_.substr(at_, count);
    out_.tail += bytes;
    at_ += bytes.size();
  }

  bool take_placeholder(quoting place, bool word_start = false) {
    const auto match = grammar_.at(text_.substr(at_));
    if (!match) return false;
    const std::size_t after = at_ + match->length;
    const bool word_end = after == text_.size() || ends_word(text_[after]);
    const bool redirects = after < text_.size() && (text_[after] == '<' || text_[after] == '>');
    out_.parts.push_back(
        {std::move(out_.tail), match->found, place, word_start && word_end, redirects});
    out_.tail.clear();
    out_.has_placeholder = true;
    at_ = after;
    return true;
  }

  /// Refuses the placeholder at hand, if there is one.
  void no_placeholder(std::string_view where) const {
    if (const auto match = grammar_.at(text_.substr(at_)))
      refuse(text_.substr(at_, match->length), where);
  }

  void commands(char until) {
    const deeper guard(depth_);
    command_state state;
    while (more()) {
      const char c = peek();
      if (c == ')' && until == ')' && state.cases == 0) return copy();
      if (!is_blank(c) && c != '\n') after_comment_ = after_here_document_ = false;
      if (ends_word(c))
        separator(c, state);
      else
        word_piece(c, state);
    }
  }

  void separator(char c, command_state& state) {
    if (c == '<' && peek(1) == '<') {
      here_operator();
    } else if (c == '(') {
      parenthesis(state);
    } else {
      copy();
      if (c == '\n') here_documents();
    }
    if (!is_blank(c) && c != '<' && c != '>') state.command_position = true;
    state.word_start = true;
  }

  void parenthesis(const command_state& state) {
    const bool number = !posix_shell_ && state.command_position && peek(1) == '(' &&
                        closes_doubly(text_.substr(at_ + 2));
    copy(number ? 2 : 1);
    if (number)
      arithmetic();
    else
      commands(')');
  }

  void word_piece(char c, command_state& state) {
    const bool start = std::exchange(state.word_start, false);
    if (c == '#' && start) {
      comment();
      state.word_start = true;
      return;
    }
    if (start) reserved_word(state);
    if (c == '\\')
      copy(2);
    else if (c == '\'')
      single_quotes();
    else if (c == '"')
      double_quotes(quoting::double_quotes);
    else if (c == '`')
      backquotes(false);
    else if (c == '$')
      dollar(quoting::none);
    else if (!take_placeholder(quoting::none, start))
      copy();
  }

  /// Keeps count of `case` and `esac`, and of where a command may begin.
  void reserved_word(command_state& state) {
    std::size_t length = 0;
    while (at_ + length < text_.size() && !ends_word(text_[at_ + length])) ++length;
    const auto word = text_.substr(at_, length);
    if (word == "case" && state.command_position) ++state.cases;
    if (word == "esac" && state.cases > 0 && (state.command_position || state.after_in))
      --state.cases;
    state.after_in = word == "in";
    state.command_position = state.command_position && comes_before_command(word);
  }

  void comment() {
    while (more() && peek() != '\n') {
      if (grammar_.at(text_.substr(at_))) out_.has_placeholder = true;
      copy();
    }
    after_comment_ = true;
  }

  void single_quotes() {
    copy();
    while (more() && peek() != '\'')
      if (!take_placeholder(quoting::single_quotes)) copy();
    close_quote();
  }

  void close_quote() {
    open_quote_ = open_quote_ || !more();
    copy();
  }

  void double_quotes(quoting place) {
    const deeper guard(depth_);
    copy();
    while (more() && peek() != '"') quoted_piece(place);
    close_quote();
  }

  /// One step within double quotes, ${...} within them, a here-document, or an arithmetic
  /// expression.
  void quoted_piece(quoting place) {
    const char c = peek();
    if (c == '\\' && peek(1) == '{' && grammar_.at(text_.substr(at_ + 1))) {
      out_.tail += "\\\\";  // it stands for itself before a brace, but would escape the reference
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

  void dollar(quoting place) {
    const bool quoted = place != quoting::none;
    if (peek(1) == '(' && peek(2) == '(' && closes_doubly(text_.substr(at_ + 3))) {
      copy(3);
      arithmetic();
    } else if (peek(1) == '(') {
      copy(2);
      commands(')');
    } else if (peek(1) == '{') {
      copy(2);
      parameter(place);
    } else if (peek(1) == '\'' && !quoted) {
      ansi_quotes();
    } else {
      copy(is_special_parameter(peek(1)) ? 2 : 1);
    }
  }

  /// $'...' of bash and others; for a POSIX shell, a dollar before single quotes.
  void ansi_quotes() {
    copy(2);
    while (more() && peek() != '\'') {
      no_placeholder("in $'...', where a shell takes no data: use other quotes there");
      copy(peek() == '\\' && !posix_shell_ ? 2 : 1);
    }
    close_quote();
  }

  void arithmetic() {
    const deeper guard(depth_);
    for (unsigned open = 2; more() && open > 0;) {
      if (peek() == '(') ++open;
      if (peek() == ')') --open;
      quoted_piece(quoting::arithmetic);
    }
  }

  /// ${name}, ${name:-word}, ${name#pattern}, and bash's ${name[index]}, ${name:offset}.
  void parameter(quoting outer) {
    const deeper guard(depth_);
    no_placeholder("where the name of a variable is expected");
    if ((peek() == '#' || peek() == '!') && peek(1) != '}') copy();
    no_placeholder("where the name of a variable is expected");
    if (is_special_parameter(peek()))
      copy();
    else
      while (is_name_byte(peek())) copy();
    const bool number = peek() == '[' || (peek() == ':' && !is_default_operator(peek(1)));
    const bool pattern = peek() == '#' || peek() == '%';
    const quoting place = number ? quoting::arithmetic : within_parameter(outer, pattern);
    while (more() && peek() != '}') parameter_piece(place);
    copy();
  }

  static quoting within_parameter(quoting outer, bool pattern) {
    if (outer == quoting::none || outer == quoting::arithmetic) return outer;
    return pattern ? quoting::none : quoting::brace;  // a pattern has quotes of its own
  }

  void parameter_piece(quoting place) {
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

  /// With placeholders in it, `...` becomes $(...): there, nothing is escaped twice.
  void backquotes(bool quoted) {
    const deeper guard(depth_);
    std::size_t close = at_ + 1;
    while (close < text_.size() && text_[close] != '`') close += text_[close] == '\\' ? 2 : 1;
    if (close > text_.size()) close = text_.size();
    const std::string inside =
        without_backquote_escapes(text_.substr(at_ + 1, close - at_ - 1), quoted);
    if (close == text_.size() || !holds_placeholder(inside)) return copy(close + 1 - at_);
    const auto outer = std::exchange(text_, inside);
    out_.tail += inside.front() == '(' ? "$( " : "$(";
    at_ = 0;
    commands('\0');
    out_.tail += "\n)";  // on a line of its own: `inside` may end in a comment
    text_ = outer;
    at_ = close + 1;
  }

  bool holds_placeholder(std::string_view text) const {
    for (auto at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1))
      if (grammar_.at(text.substr(at))) return true;
    return false;
  }

  void here_operator() {
    if (peek(2) == '<') return copy(3);  // a here-string: its word is an ordinary one
    here_document document;
    document.strips_tabs = peek(2) == '-';
    copy(document.strips_tabs ? 3 : 2);
    while (is_blank(peek())) copy();
    while (more() && !ends_word(peek())) delimiter_piece(document);
    waiting_.push_back(std::move(document));
  }

  void delimiter_piece(here_document& document) {
    no_placeholder("in the delimiter of a here-document, where a shell takes no data");
    const char c = peek();
    if (c == '\\' || c == '\'' || c == '"') document.quoted = true;
    if (c == '\\') {
      document.delimiter += peek(1);
      return copy(2);
    }
    const auto close = c == '\'' || c == '"' ? text_.find(c, at_ + 1) : std::string_view::npos;
    if (close == std::string_view::npos) {
      document.delimiter += c;
      return copy();
    }
    document.delimiter += text_.substr(at_ + 1, close - at_ - 1);
    copy(close + 1 - at_);
  }

  void here_documents() {
    for (const auto& document : std::exchange(waiting_, {})) {
      body(document);
      after_here_document_ = true;
    }
  }

  void body(const here_document& document) {
    const std::size_t end = body_end(document);
    const auto outer = std::exchange(text_, text_.substr(0, end));
    while (more()) {
      if (document.quoted) {
        no_placeholder(
            "in a here-document with a quoted delimiter, where a shell takes no data: "
            "write the delimiter without quotes");
        copy();
      } else {
        quoted_piece(quoting::here_document);
      }
    }
    text_ = outer;
    copy(line_at(at_).size() + 1);
  }

  std::string_view line_at(std::size_t at) const {
    return text_.substr(at, text_.find('\n', at) - at);
  }

  /// Where the line with the delimiter begins.
  std::size_t body_end(const here_document& document) const {
    bool continued = false;
    for (std::size_t at = at_; at < text_.size();) {
      const auto line = line_at(at);
      auto bare = line;
      while (document.strips_tabs && bare.starts_with('\t')) bare.remove_prefix(1);
      if (bare == document.delimiter && !continued) return at;
      continued = !document.quoted && ends_with_open_backslash(line);
      at += line.size() + 1;
    }
    return text_.size();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  const placeholder_grammar& grammar_;
  bool posix_shell_;
  unsigned depth_ = 0;
  std::vector<here_document> waiting_;
  bool open_quote_ = false;
  bool after_comment_ = false;
  bool after_here_document_ = false;
  scanned_script out_;
};

}  // namespace

scanned_script scan_script(std::string_view script, const placeholder_grammar& grammar,
                           bool posix_shell) {
  return script_scanner(script, grammar, posix_shell).scan();
}

}  // namespace weir
