#include "dialects/parallel_words.hpp"

#include <iterator>
#include <sstream>

#include <weir/error.hpp>

#include "dialects/xargs_words.hpp"
#include "input/placeholder.hpp"
#include "input/shell_syntax.hpp"

namespace weir {

std::vector<std::string> words_of(std::string_view text) {
  xargs_words reader({.delimiter = {}, .end_word = {}, .longest = text.size()});
  std::vector<std::string> words;
  while (reader.take(text)) words.push_back(reader.word());
  if (reader.take_last()) words.push_back(reader.word());
  if (!reader.fault().empty()) throw usage_error("PARALLEL: unmatched quote");
  return words;
}

bool is_plain(std::string_view script) {
  placeholder_syntax syntax;
  syntax.facts = std::make_shared<job_facts>();
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

std::vector<std::string> blank_separated(const std::string& script) {
  std::istringstream text(script);
  return {std::istream_iterator<std::string>(text), {}};
}

}  // namespace weir
