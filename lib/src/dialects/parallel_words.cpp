#include "dialects/parallel_words.hpp"

#include <utility>

#include <weir/error.hpp>

#include "dialects/xargs_words.hpp"
#include "input/placeholder.hpp"
#include "input/record_parser.hpp"
#include "input/shell_syntax.hpp"

namespace weir {

std::vector<std::string> words_of(std::string_view from, std::string_view text) {
  xargs_words reader({.delimiter = {}, .end_word = {}, .longest = text.size()});
  std::vector<std::string> words;
  while (reader.take(text)) words.push_back(reader.word());
  if (reader.take_last()) words.push_back(reader.word());
  if (!reader.fault().empty()) throw usage_error(std::string(from) + ": unmatched quote");
  return words;
}

bool is_plain(std::string_view script, const placeholder_syntax& syntax) {
  const placeholder_grammar grammar({}, false, syntax);
  for (std::size_t at = 0; at < script.size();) {
    if (const auto match = grammar.at(script.substr(at))) {
      at += match->length;
    } else if (is_blank(script[at]) || is_plain_byte(script[at])) {
      ++at;
    } else {
      return false;
    }
  }
  return true;
}

std::vector<std::string> blank_separated(std::string_view script,
                                         const placeholder_syntax& syntax) {
  const placeholder_grammar grammar({}, false, syntax);
  std::vector<std::string> words;
  bool within = false;
  for (std::size_t at = 0; at < script.size();) {
    const auto match = grammar.at(script.substr(at));
    const std::size_t length = match ? match->length : 1;
    if (!match && is_blank(script[at])) {
      within = false;
    } else {
      if (!std::exchange(within, true)) words.emplace_back();
      words.back() += script.substr(at, length);
    }
    at += length;
  }
  return words;
}

std::string without_items(std::string_view script, const placeholder_syntax& syntax) {
  const placeholder_grammar grammar({}, false, syntax);
  std::string text;
  for (std::size_t at = 0; at < script.size();) {
    const auto match = grammar.at(script.substr(at));
    const std::size_t length = match ? match->length : 1;
    using kind = placeholder::kind;
    const bool is_item = match && !match->found.changed &&
                         (match->found.what == kind::items || match->found.what == kind::item);
    if (!is_item) text += script.substr(at, length);
    at += length;
  }
  return text;
}

void leave_out_space(std::vector<std::string>& items) {
  std::erase_if(items, [](const std::string& item) { return is_white_space(item); });
}

}  // namespace weir
