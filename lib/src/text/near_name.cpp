#include "text/near_name.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace weir {

namespace {

constexpr std::size_t longest = 64;  // of a name worth guessing

}  // namespace

std::size_t edit_distance(std::string_view from, std::string_view to, std::size_t most) {
  const std::size_t difference =
      from.size() > to.size() ? from.size() - to.size() : to.size() - from.size();
  if (difference > most || std::max(from.size(), to.size()) > longest) return most + 1;

  using row = std::array<std::size_t, longest + 1>;
  row before_last{};
  row last{};
  row now{};
  for (std::size_t j = 0; j <= to.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replace = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      now[j] = std::min({replace, last[j] + 1, now[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) now[j] = std::min(now[j], before_last[j - 2] + 1);
    }
    before_last = last;
    last = now;
  }
  return std::min(last[to.size()], most + 1);
}

namespace {

constexpr std::size_t telling = 3;  // letters; fewer may match by accident
constexpr std::size_t telling_stem = 4;

bool separates(char c) {
  return c == '-' || c == '_' || c == '.';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// A name without the characters that do not count.
struct letters {
  explicit letters(std::string_view name) {
    for (const char c : name)
      if (!separates(c)) text[size++] = lower(c);
  }
  std::string_view view() const { return {text.data(), size}; }

  std::array<char, longest> text{};
  std::size_t size = 0;
};

std::size_t common_front(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

/// Takes a word off the front of `text`, with the separators before it; empty at the end.
std::string_view take_word(std::string_view& text) {
  while (!text.empty() && separates(text.front())) text.remove_prefix(1);
  const auto end = std::ranges::find_if(text, separates);
  const auto word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(word.size());
  return word;
}

/// The length of `word` if it is one of the words of `name`, otherwise 0.
std::size_t length_within(std::string_view word, std::string_view name) {
  for (std::string_view other = take_word(name); !other.empty(); other = take_word(name))
    if (word == other) return word.size();
  return 0;
}

std::string_view only_word(std::string_view name) {
  const std::string_view word = take_word(name);
  return take_word(name).empty() ? word : std::string_view();
}

/// The length of a word that is all of one name and, among others, part of the other. A word that
/// both share with others says little: --max-chars is not --max-args.
std::size_t common_word(std::string_view a, std::string_view b) {
  return std::max(length_within(only_word(a), b), length_within(only_word(b), a));
}

/// How many typing errors a name of this length may have.
std::size_t few_slips(std::size_t size) {
  return size < telling ? 0 : size < 8 ? 1 : 2;
}

/// The same if there is no better guess; more for a different ending, as in `retry` and `retries`.
std::size_t many_slips(std::string_view wrong, std::string_view known) {
  if (wrong.size() >= 8) return 2;
  if (common_front(wrong, known) >= telling_stem) return 3;
  return wrong.size() < 6 ? few_slips(wrong.size()) : 2;
}

enum class likeness : unsigned { slip, beginning, word, slips, part };

unsigned rank(likeness kind, std::size_t difference) {
  return static_cast<unsigned>(kind) * 2 * longest + static_cast<unsigned>(difference);
}

}  // namespace

unsigned unlikeness(std::string_view wrong_name, std::string_view known_name) {
  if (wrong_name.size() > longest || known_name.size() > longest) return not_near;
  const letters wrong_letters(wrong_name);
  const letters known_letters(known_name);
  const std::string_view wrong = wrong_letters.view();
  const std::string_view known = known_letters.view();
  const std::size_t slips = edit_distance(wrong, known, many_slips(wrong, known));
  const bool likely = slips < known.size();
  if (likely && slips <= few_slips(wrong.size())) return rank(likeness::slip, slips);
  const bool tells = wrong.size() >= telling;
  if (tells && known.starts_with(wrong))
    return rank(likeness::beginning, known.size() - wrong.size());
  if (const auto word = common_word(wrong_name, known_name); word >= telling)
    return rank(likeness::word, longest - word);
  if (likely && slips <= many_slips(wrong, known)) return rank(likeness::slips, slips);
  if (tells && known.find(wrong) != std::string_view::npos)
    return rank(likeness::part, known.size() - wrong.size());
  return not_near;
}

}  // namespace weir
