#include "input/script_scanner.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <weir/error.hpp>

#include "input/shell_syntax.hpp"

namespace weir {

namespace {

/// Whether a variable's name comes after that word, rather than any word.
bool names_variable(std::string_view word) {
  return word == "for" || word == "select" || word == "foreach";
}

}  // namespace

script_scanner::deeper::deeper(unsigned& depth) : depth_(depth) {
  constexpr unsigned deepest = 200;
  if (++depth_ > deepest) throw usage_error("the command is nested too deeply for a script");
}

scanned_script script_scanner::scan() {
  commands('\0');
  out_.takes_more_words = !open_quote_ && !after_comment_ && !after_here_document_;
  evaluated_.mark(out_.parts, evaluates_code(dialect_));
  return std::move(out_);
}

void script_scanner::copy(std::size_t count) {
  const auto bytes = text_.substr(at_, count);
  out_.tail += bytes;
  at_ += bytes.size();
}

bool script_scanner::take_placeholder(quoting place, bool word_start) {
  const auto match = grammar_.take(rest());
  if (!match) return false;
  if (command_ != nullptr && command_->word_counts)
    command_->words.back().placeholders.push_back(
        {out_.parts.size(), text_.substr(command_->word_begin, at_ - command_->word_begin),
         match->length});
  const std::size_t after = at_ + match->length;
  const bool word_end = after == text_.size() || ends_word(text_[after]);
  const bool redirects = after < text_.size() && (text_[after] == '<' || text_[after] == '>');
  const bool number = in_number_ || duplicates_descriptor();
  const auto evaluated = number ? evaluation::number : evaluation::none;
  out_.parts.push_back({std::move(out_.tail), match->found, place, word_start && word_end,
                        redirects, evaluated, role_of_word(),
                        in_number_ && place != quoting::arithmetic});
  out_.tail.clear();
  out_.has_placeholder = true;
  at_ = after;
  return true;
}

/// Whether the current word comes after `>&`: bash expands it twice if it is not a number.
bool script_scanner::duplicates_descriptor() const {
  return evaluates_code(dialect_) && command_ != nullptr && command_->is_descriptor;
}

word_role script_scanner::role_of_word() const {
  if (command_ == nullptr || command_->in_test || !command_->array.empty()) return word_role::other;
  if (command_->is_file) return word_role::argument;
  if (!command_->word_counts) return word_role::other;
  constexpr std::size_t most_prefixes = 8;
  const std::span words(command_->words);
  const auto before = words.first(words.size() - 1);
  const auto first = before.first(std::min(before.size(), most_prefixes));
  if (!evaluated_words::awaits_command(first))
    return before.size() == 1 && names_variable(before.front().text) ? word_role::other
                                                                     : word_role::argument;
  return before.size() > most_prefixes ? word_role::other : word_role::command;
}

/// Refuses a placeholder at the current position.
void script_scanner::no_placeholder(std::string_view where) const {
  if (const auto match = grammar_.at(rest()))
    throw usage_error('"' + std::string(rest().substr(0, match->length)) + "\" in the command is " +
                      std::string(where));
}

bool script_scanner::holds_placeholder(std::string_view text) const {
  for (auto at = grammar_.next(text, 0); at != std::string_view::npos;
       at = grammar_.next(text, at + 1))
    if (grammar_.at(text.substr(at))) return true;
  return false;
}

void script_scanner::note_foreign(std::string_view what) {
  if (out_.foreign.empty()) out_.foreign = what;
}

}  // namespace weir
