// The commands of a script: words, what separates them, and which of them a shell evaluates.
#include <algorithm>
#include <array>
#include <utility>

#include "input/script_scanner.hpp"
#include "input/shell_syntax.hpp"

namespace weir {

namespace {

/// The name at the end of `NAME` or `NAME+`.
std::string_view name_before(std::string_view text) {
  if (text.ends_with('+')) text.remove_suffix(1);
  std::size_t begin = text.size();
  while (begin > 0 && is_name_byte(text[begin - 1])) --begin;
  return text.substr(begin);
}

/// Digits in front of a redirection are not a word of the command.
bool is_descriptor(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Builtins and reserved words that bash has but dash lacks.
bool is_foreign_command(std::string_view word) {
  constexpr std::array<std::string_view, 11> foreign{"[[",      "declare",   "function", "let",
                                                     "mapfile", "readarray", "select",   "shopt",
                                                     "source",  "typeset",   "coproc"};
  return std::find(foreign.begin(), foreign.end(), word) != foreign.end();
}

}  // namespace

void script_scanner::commands(char until, bool in_test, std::string_view array) {
  const deeper guard(depth_);
  command_state state;
  state.in_test = in_test;
  state.array = array;
  state.first_document = waiting_.size();
  command_state* const outer = std::exchange(command_, &state);
  const bool outer_number = std::exchange(in_number_, false);
  bool closed = false;
  while (more() && !closed) {
    const char c = peek();
    closed = c == ')' && until == ')' && state.cases == 0;
    if (closed) continue;
    if (!is_blank(c) && c != '\n') after_comment_ = after_here_document_ = false;
    if (ends_word(c))
      separator(c, state);
    else
      word_piece(c, state);
  }
  end_word(state);
  if (outer == nullptr) {
    out_.awaits_command = evaluated_words::awaits_command(state.words);
    out_.closed_by = evaluated_words::closing_word(state.words);
  }
  end_command(state);
  command_ = outer;
  in_number_ = outer_number;
  if (closed) copy();
}

void script_scanner::separator(char c, command_state& state) {
  end_word(state);
  if (c == '<' || c == '>') return angle(c, state);
  if (!is_blank(c)) {
    if (!state.in_test) end_command(state);
    if (c == '&' && peek(1) == '>') note_foreign("&>");
  }
  if (c == '(') {
    parenthesis(state);
  } else {
    copy();
    if (c == '\n') {
      here_documents();
      state.first_document = waiting_.size();
    }
  }
  if (!is_blank(c)) state.command_position = true;
  state.word_start = true;
}

/// A redirection, a here-document, or bash's <(...).
void script_scanner::angle(char c, command_state& state) {
  state.word_start = true;
  if (!state.words.empty() && is_descriptor(state.words.back().raw) &&
      state.words.back().raw.end() == text_.substr(0, at_).end())
    state.words.pop_back();
  if (peek(1) == '(') {
    note_foreign(c == '<' ? "<(" : ">(");
    copy(2);
    return commands(')');
  }
  if (c == '<' && peek(1) == '<') {
    state.awaits_file = state.string_follows = peek(2) == '<';
    return here_operator();
  }
  copy();
  state.awaits_file = peek() != '<' && peek() != '>';
  state.descriptor_follows = c == '>' && peek() == '&';
  if (peek() == '&') copy();
}

void script_scanner::parenthesis(command_state& state) {
  const bool number = evaluates_code(dialect_) && state.word_start && peek(1) == '(' &&
                      closes_doubly(text_.substr(at_ + 2));
  if (number) note_foreign("((");
  std::string_view array;
  if (at_ > 0 && text_[at_ - 1] == '=') {
    note_foreign("=(");
    array = name_before(text_.substr(0, at_ - 1));
    evaluated_.add_array(array);
  }
  copy(number ? 2 : 1);
  if (number)
    arithmetic('(', ')', 2, true);
  else
    commands(')', state.in_test, array);
}

void script_scanner::word_piece(char c, command_state& state) {
  const bool start = std::exchange(state.word_start, false);
  if (c == '#' && start) {
    comment();
    state.word_start = true;
    return;
  }
  if (start) begin_word(state);
  if (start && evaluates_code(dialect_) && assigned_index()) return;
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

void script_scanner::begin_word(command_state& state) {
  reserved_word(state);
  state.word_begin = at_;
  state.is_descriptor = std::exchange(state.descriptor_follows, false);
  state.is_string = std::exchange(state.string_follows, false);
  state.first_of_string = out_.parts.size();
  const bool redirected = std::exchange(state.awaits_file, false);
  state.is_file = redirected && !state.is_string && !state.is_descriptor;
  state.word_counts = !redirected && !state.command_position;
  if (state.word_counts) state.words.emplace_back();
}

void script_scanner::end_word(command_state& state) {
  if (std::exchange(state.is_string, false))
    for (std::size_t part = state.first_of_string; part < out_.parts.size(); ++part)
      state.in_strings.push_back(part);
  state.is_descriptor = state.is_file = false;
  if (!std::exchange(state.word_counts, false)) return;
  std::string& text = state.words.back().text;
  state.words.back().raw = text_.substr(state.word_begin, at_ - state.word_begin);
  text = without_quotes(state.words.back().raw);
  if (text == "]]") state.in_test = false;
}

void script_scanner::end_command(command_state& state) {
  if (!state.words.empty() && state.words[0].text == "set" &&
      std::any_of(state.words.begin(), state.words.end(),
                  [](const command_word& word) { return word.text == "pipefail"; }))
    note_foreign("pipefail");
  if (state.array.empty())
    evaluated_.add(state.words, state.in_test);
  else
    evaluated_.add_elements(state.array, state.words);
  note_input(state);
  if (state.first_document < waiting_.size() && evaluated_words::is_fed_to_shell(state.words))
    for (std::size_t i = state.first_document; i < waiting_.size(); ++i)
      waiting_[i].is_script = true;
  state.first_document = waiting_.size();
  state.words.clear();
  state.awaits_file = false;
}

/// Notes what reads the here-strings and here-documents of the command.
void script_scanner::note_input(command_state& state) {
  const auto strings = std::exchange(state.in_strings, {});
  const auto reader = evaluated_.add_reader(state.words);
  if (!reader) return;
  for (const std::size_t part : strings) evaluated_.add_input(*reader, part);
  for (std::size_t i = state.first_document; i < waiting_.size(); ++i) waiting_[i].reader = reader;
}

/// Keeps track of `case` and `esac`, and of where a command may begin.
void script_scanner::reserved_word(command_state& state) {
  std::size_t length = 0;
  while (at_ + length < text_.size() && !ends_word(text_[at_ + length])) ++length;
  const auto word = text_.substr(at_, length);
  if (state.command_position && is_foreign_command(word)) note_foreign(word);
  if (word == "case" && state.command_position) ++state.cases;
  if (word == "esac" && state.cases > 0 && (state.command_position || state.after_in))
    --state.cases;
  if (word == "[[" && state.command_position) state.in_test = true;
  state.after_in = word == "in";
  state.command_position = state.command_position && comes_before_command(word);
}

/// Whether an assignment to an index begins here: NAME[INDEX]=, or [INDEX]= in a list.
bool script_scanner::assigns_to_index() const {
  std::size_t at = at_;
  while (at < text_.size() && is_name_byte(text_[at])) ++at;
  if (at == text_.size() || text_[at] != '[' || closers_[at] == 0) return false;
  if (at == at_ && is_blank(text_[at + 1])) return false;  // the command [
  const auto after = text_.substr(closers_[at] + 1);
  return after.starts_with('=') || after.starts_with("+=");
}

bool script_scanner::assigned_index() {
  if (!assigns_to_index()) return false;
  note_foreign("NAME[");
  while (peek() != '[') copy();
  index();
  return true;
}

void script_scanner::comment() {
  while (more() && peek() != '\n') {
    if (grammar_.at(rest())) out_.has_placeholder = true;
    copy();
  }
  after_comment_ = true;
}

}  // namespace weir
