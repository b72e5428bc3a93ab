#include "input/foreign_words.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "input/shell_syntax.hpp"

namespace weir {

namespace {

/// Words after which a command begins.
constexpr std::array<std::string_view, 12> fish_prefixes{
    "!", "and", "begin", "builtin", "command", "else", "exec", "if", "not", "or", "time", "while"};
constexpr std::array<std::string_view, 6> csh_prefixes{"else",  "exec",   "nice",
                                                       "nohup", "repeat", "time"};

/// Text that is bound to keys, completed or scheduled is run later. eval, alias, trap and shells
/// are known from sh.
constexpr std::array<std::string_view, 4> parsed_by_fish{"abbr", "argparse", "bind", "complete"};
constexpr std::array<std::string_view, 3> parsed_by_csh{"bindkey", "complete", "sched"};

/// The count of nice and repeat: +5, -5, 3.
bool is_count(std::string_view word) {
  return word.find_first_not_of("+-0123456789") == std::string_view::npos;
}

/// fish's `X=1 command`.
bool assigns(std::string_view word) {
  const auto end = std::find_if_not(word.begin(), word.end(), is_name_byte);
  return end != word.begin() && end != word.end() && *end == '=';
}

}  // namespace

bool foreign_words::awaits_command(std::size_t at) {
  end_word(at);
  return without_prefixes(now_.words).empty();
}

std::string_view foreign_words::closing_word() const {
  const bool closes = is_fish() && !now_.words.empty() && now_.words.front().raw == "end";
  return closes ? now_.words.front().raw : std::string_view();
}

void foreign_words::add_placeholder(std::size_t part, std::size_t at, std::size_t length) {
  parts_ = part + 1;
  const auto add = [&](command& to) {
    to.go_on(at);
    to.placeholders.push_back({part, script_.substr(to.begin, at - to.begin), length});
  };
  std::for_each(outer_.begin(), outer_.end(), add);
  add(now_);
}

void foreign_words::end_word(std::size_t at) {
  if (now_.begin == std::string_view::npos) return;
  const auto raw = script_.substr(now_.begin, at - now_.begin);
  now_.words.push_back({without_quotes(raw), std::exchange(now_.placeholders, {}), raw});
  now_.begin = std::string_view::npos;
}

void foreign_words::end_command(std::size_t at, bool piped) {
  end_word(at);
  add(now_.words, now_.piped);
  now_ = {};
  now_.piped = piped;
}

void foreign_words::close(std::size_t at) {
  end_command(at);
  now_ = std::move(outer_.back());
  outer_.pop_back();
}

foreign_words::words foreign_words::without_prefixes(words all) const {
  while (!all.empty()) {
    const std::string_view word = all.front().text;
    if (!(is_fish() && assigns(word)) &&
        !(is_fish() ? is_one_of(word, fish_prefixes) : is_one_of(word, csh_prefixes)))
      break;
    all = all.subspan(1);
    if (!is_fish() && !all.empty() && is_count(all.front().text)) all = all.subspan(1);
  }
  return all;
}

void foreign_words::add(words all, bool piped) {
  const words simple = without_prefixes(all);
  if (simple.empty()) return;
  const std::string_view name = simple.front().text;
  if (is_fish() ? is_one_of(name, parsed_by_fish) : is_one_of(name, parsed_by_csh))
    for (const auto& word : simple.subspan(1)) add_as_script(word);
  if (is_fish() && (name == "source" || name == ".")) add_sourced(simple.subspan(1), piped);
  if (is_fish() && name == "read")  // its prompt is a script
    for (std::size_t i = 1; i < simple.size(); ++i)
      if (simple[i].text.find('p') != std::string::npos ||
          simple[i - 1].text.find('p') != std::string::npos)
        add_as_script(simple[i]);
  if (name == "set" || name == "setenv") add_assignment(simple.subspan(1));
  evaluated_.add(simple, false);
}

void foreign_words::add_as_script(const command_word& word) {
  for (const auto& place : word.placeholders) evaluated_.add_in_script(place.part);
  evaluated_.add_pasted(word.raw, false);
}

/// `echo "x {}" | source`, `source (echo "x {}" | psub)`. A file name is not a script.
void foreign_words::add_sourced(words arguments, bool piped) {
  for (const auto& word : arguments)
    if (word.raw.find('(') != std::string_view::npos) add_as_script(word);
  if (piped)
    for (std::size_t part = 0; part < parts_; ++part) evaluated_.add_in_script(part);
}

/// Any of the names may get any of the values.
void foreign_words::add_assignment(words arguments) {
  std::vector<std::string> names;
  std::vector<std::size_t> parts;
  bool whole = true;
  std::size_t words_of_value = 0;
  for (const auto& word : arguments) {
    const bool value = !names.empty() && word.text != "=" && !word.text.starts_with('-');
    words_of_value += value ? 1 : 0;
    const auto end = std::find_if_not(word.text.begin(), word.text.end(), is_name_byte);
    if (end != word.text.begin()) names.emplace_back(word.text.begin(), end);
    for (const auto& place : word.placeholders) {
      parts.push_back(place.part);
      const bool first = place.before.empty() || place.before.ends_with('=');
      whole = whole && first && place.before.size() + place.length == word.text.size();
    }
  }
  whole = whole && parts.size() == 1 && words_of_value <= 1;
  evaluated_.add_shared(std::move(names), std::move(parts), whole);
}

}  // namespace weir
