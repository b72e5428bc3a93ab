// Here-documents of a script.
#include <algorithm>
#include <utility>

#include "input/script_scanner.hpp"
#include "input/shell_syntax.hpp"

namespace weir {

void script_scanner::here_operator() {
  if (peek(2) == '<') {  // a here-string: its word is an ordinary one
    note_foreign("<<<");
    return copy(3);
  }
  here_document document;
  document.strips_tabs = peek(2) == '-';
  copy(document.strips_tabs ? 3 : 2);
  while (is_blank(peek())) copy();
  document.part = out_.parts.size();
  document.offset = out_.tail.size();
  while (more() && !ends_word(peek())) delimiter_piece(document);
  document.length = out_.tail.size() - document.offset;
  waiting_.push_back(std::move(document));
}

void script_scanner::delimiter_piece(here_document& document) {
  no_placeholder("in the delimiter of a here-document, where a shell cannot take data");
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

void script_scanner::here_documents() {
  for (const auto& document : std::exchange(waiting_, {})) {
    body(document);
    after_here_document_ = true;
  }
}

void script_scanner::body(const here_document& document) {
  const std::size_t end = body_end(document);
  const auto outer = std::exchange(text_, text_.substr(0, end));
  auto* const command = std::exchange(command_, nullptr);
  const bool quoted = document.quoted && unquote_delimiter(document);
  const std::size_t first_part = out_.parts.size();
  if (document.is_script && !document.quoted) evaluated_.add_pasted(rest(), true);
  while (more()) {
    if (quoted)
      quoted_body_piece();
    else if (document.quoted)
      copy();
    else
      quoted_piece(quoting::here_document);
  }
  for (std::size_t part = first_part; document.is_script && part < out_.parts.size(); ++part)
    evaluated_.add_in_script(part);
  for (std::size_t part = first_part; document.reader && part < out_.parts.size(); ++part)
    evaluated_.add_input(*document.reader, part);
  command_ = command;
  text_ = outer;
  copy(line_at(at_).size() + 1);
}

/// A shell expands no variable in a document with a quoted delimiter: if the document holds a
/// placeholder, the quotes are removed, and everything else in it is escaped. Blanks replace the
/// quotes.
/// \returns whether there is a placeholder.
bool script_scanner::unquote_delimiter(const here_document& document) {
  if (!holds_placeholder(rest())) return false;
  if (document.delimiter.empty() ||
      !std::all_of(document.delimiter.begin(), document.delimiter.end(), is_plain_byte)) {
    while (!grammar_.at(rest())) ++at_;
    no_placeholder(
        "in a here-document whose delimiter needs its quotes, where a shell cannot take data: "
        "write a delimiter of letters");
  }
  std::string& text =
      document.part < out_.parts.size() ? out_.parts[document.part].literal : out_.tail;
  std::string bare = document.delimiter;
  bare.resize(document.length, ' ');
  text.replace(document.offset, document.length, bare);
  return true;
}

void script_scanner::quoted_body_piece() {
  const char c = peek();
  if (take_placeholder(quoting::here_document)) return;
  if (c == '\\' || c == '$' || c == '`') out_.tail += '\\';
  copy();
}

std::string_view script_scanner::line_at(std::size_t at) const {
  return text_.substr(at, text_.find('\n', at) - at);
}

/// Where the delimiter's line begins.
std::size_t script_scanner::body_end(const here_document& document) const {
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

}  // namespace weir
