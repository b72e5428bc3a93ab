#include "dialects/xargs_words.hpp"

#include <algorithm>
#include <utility>

#include "input/shell_syntax.hpp"

namespace weir {

namespace {

/// Skipped in front of a word: isspace(3) in the C locale.
bool is_space(char byte) {
  return is_blank(byte) || (byte >= '\n' && byte <= '\r');
}

}  // namespace

xargs_words::xargs_words(settings s) : settings_(std::move(s)) {}

bool xargs_words::take(std::string_view& bytes) {
  if (std::exchange(whole_, false)) word_.clear();
  if (settings_.delimiter) return take_record(bytes);
  while (!bytes.empty() && !over_ && fault_.empty()) {
    const char byte = bytes.front();
    bytes.remove_prefix(1);
    whole_ = take_byte(byte);
    before_ = byte;
    if (whole_) return true;
  }
  return false;
}

bool xargs_words::take_record(std::string_view& bytes) {
  if (bytes.empty() || !fault_.empty()) return false;
  const auto end = std::min(bytes.find(*settings_.delimiter), bytes.size());
  put(bytes.substr(0, end));
  whole_ = end < bytes.size() && fault_.empty();
  bytes.remove_prefix(std::min(end + 1, bytes.size()));
  if (!whole_) return false;
  ++lines_;
  return end_word();
}

bool xargs_words::take_last() {
  if (std::exchange(whole_, false)) word_.clear();
  if (over_ || !fault_.empty()) return false;
  if (state_ == state::quoted) {
    fail_in_quotes();
    return false;
  }
  // As in findutils, an empty last word needs its end of line.
  return (!word_.empty() || nul_) && end_word();
}

/// \returns whether it ended a word.
bool xargs_words::take_byte(char byte) {
  switch (state_) {
    case state::between:
      if (is_space(byte)) return false;
      state_ = state::plain;
      [[fallthrough]];
    case state::plain:
      if (byte == '\n') return end_of_line();
      if (is_blank(byte) && !settings_.whole_lines) return end_word();
      if (byte == '\\') {
        state_ = state::escaped;
        return false;
      }
      if (byte == '\'' || byte == '"') {
        quote_ = byte;
        state_ = state::quoted;
        return false;
      }
      break;
    case state::quoted:
      if (byte == '\n') {
        fail_in_quotes();
        return false;
      }
      if (byte == quote_) {
        state_ = state::plain;
        return false;
      }
      break;
    case state::escaped:
      state_ = state::plain;
      break;
  }
  put({&byte, 1});
  return false;
}

/// After a blank, the line continues on the next one.
bool xargs_words::end_of_line() {
  if (!is_blank(before_)) ++lines_;
  return end_word();
}

bool xargs_words::end_word() {
  state_ = state::between;
  nul_ = false;
  dropped_ = 0;
  over_ = !settings_.delimiter && !settings_.end_word.empty() && word_ == settings_.end_word;
  whole_ = !over_;
  return whole_;
}

void xargs_words::put(std::string_view bytes) {
  const std::size_t all = bytes.size();
  if (settings_.delimiter != '\0') {
    const auto nul = bytes.find('\0');
    if (nul != std::string_view::npos) saw_nul_ = true;
    const bool cut = nul_;
    nul_ = nul_ || nul != std::string_view::npos;
    bytes = cut ? std::string_view() : bytes.substr(0, nul);
  }
  dropped_ += all - bytes.size();
  if (word_.size() + dropped_ + bytes.size() > settings_.longest)
    fault_ = "argument line too long";
  else
    word_ += bytes;
}

void xargs_words::fail_in_quotes() {
  fault_ = std::string("unmatched ") + (quote_ == '"' ? "double" : "single") +
           " quote; by default quotes are special to xargs unless you use the -0 option";
}

}  // namespace weir
