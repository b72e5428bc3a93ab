#include "input/line_plan.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "input/script_text.hpp"
#include "input/shell_script.hpp"
#include "input/shell_syntax.hpp"

namespace weir {

namespace {

bool is_unquoted(const placeholder& what) {
  return what.changed && what.changed->unquotes();
}

bool has_all_items(const template_word& word) {
  return std::ranges::any_of(word.pieces, [](const template_word::piece& piece) {
    return piece.what && piece.what->what == placeholder::kind::items;
  });
}

bool begins_with_item(std::string_view script, const placeholder_grammar& grammar) {
  return grammar.at(script).has_value();
}

/// Quotes would be visible in a word that the script itself quotes.
bool needs_quotes(std::string_view value) {
  return value.empty() || !std::ranges::all_of(value, is_plain_byte);
}

/// The bytes of the word, or of the blanks, that `script` begins with.
std::size_t length_of_word(std::string_view script, const placeholder_grammar& grammar) {
  const bool blanks = is_blank(script.front());
  std::size_t at = 0;
  while (at < script.size()) {
    const auto match = grammar.at(script.substr(at));
    if (blanks ? match || !is_blank(script[at]) : !match && is_blank(script[at])) break;
    at += match ? match->length : 1;
  }
  return at;
}

}  // namespace

bool has_items_as_code(std::string_view script, const placeholder_grammar& grammar) {
  return begins_with_item(script, grammar) || has_unquoted(script, grammar);
}

bool has_unquoted(std::string_view text, const placeholder_grammar& grammar) {
  // Not parse_word(): names of columns may not be known yet.
  for (std::size_t at = grammar.next(text, 0); at < text.size();) {
    const auto match = grammar.at(text.substr(at));
    if (match && is_unquoted(match->found)) return true;
    at = grammar.next(text, at + (match ? match->length : 1));
  }
  return false;
}

line_plan::line_plan(std::string_view script, const placeholder_grammar& grammar,
                     shell_program shell, bool repeats)
    : shell_(std::move(shell)), quotes_(!begins_with_item(script, grammar)), repeats_(repeats) {
  while (repeats_ && !script.empty()) {
    const std::size_t length = length_of_word(script, grammar);
    words_.push_back(parse_word(script.substr(0, length), grammar));
    script.remove_prefix(length);
  }
  if (!repeats_) words_.push_back(parse_word(script, grammar));
}

void line_plan::fill(job_spec& job, std::span<const std::string_view> items) const {
  job.argv = {};
  for (const std::string& word : shell_.words) job.argv.push_back(word);
  job.argv.push_back("-c");
  std::string text;
  for (const template_word& word : words_) {
    const bool each = repeats_ && has_all_items(word);
    if (!each) append(text, word, job, items);
    for (std::size_t i = 0; each && i < items.size(); ++i) {
      if (i > 0) text += ' ';
      append(text, word, job, items.subspan(i, 1));
    }
  }
  const std::string script = shell_script_argument(text);
  for (slot_mark& mark : job.slot_marks)
    mark.offset += static_cast<std::uint32_t>(script.size() - text.size());
  job.argv.push_back(script);
  for (auto mark = job.slot_marks.rbegin(); mark != job.slot_marks.rend(); ++mark)
    text.insert(mark->offset - (script.size() - text.size()), "{%}");
  job.text = std::move(text);
}

void line_plan::append(std::string& text, const template_word& word, job_spec& job,
                       std::span<const std::string_view> items) const {
  using kind = placeholder::kind;
  for (const auto& [literal, what] : word.pieces) {
    text += literal;
    if (!what) continue;
    if (what->what == kind::seq) {
      text += std::to_string(job.seq);
    } else if (what->what == kind::slot) {
      job.slot_marks.push_back(
          {static_cast<std::uint32_t>(job.argv.size()), static_cast<std::uint32_t>(text.size())});
    } else if (what->what == kind::item) {
      if (const auto item = pick(items, what->index)) append(text, *what, *item, job.seq);
    } else {
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) text += ' ';
        append(text, *what, items[i], job.seq);
      }
    }
  }
}

void line_plan::append(std::string& text, const placeholder& what, std::string_view item,
                       std::uint64_t seq) const {
  std::string memory;
  const std::string_view value = value_of(what, item, seq, memory);
  if (quotes_ && !is_unquoted(what) && needs_quotes(value))
    text += quoted_for(value, shell_.dialect);
  else
    text += value;
}

std::int32_t line_plan::farthest_item() const noexcept {
  std::int32_t farthest = 0;
  for (const template_word& word : words_)
    for (const template_word::piece& piece : word.pieces)
      if (piece.what) farthest = farther(farthest, *piece.what);
  return farthest;
}

}  // namespace weir
