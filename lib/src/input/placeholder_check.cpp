#include "input/placeholder_check.hpp"

#include <algorithm>
#include <array>

#include <weir/error.hpp>

#include "input/placeholder.hpp"
#include "text/escape.hpp"
#include "text/near_name.hpp"

namespace weir {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool may_follow(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

/// The word in `inside`, without an ending as in {name.}; empty if it is not a word.
std::string_view name_in(std::string_view inside) {
  constexpr std::array<std::string_view, 4> endings{"//", "/.", "/", "."};
  for (const auto ending : endings) {
    if (!inside.ends_with(ending)) continue;
    inside.remove_suffix(ending.size());
    break;
  }
  const bool is_word = !inside.empty() && is_letter(inside.front()) &&
                       std::all_of(inside.begin(), inside.end(), may_follow);
  return is_word ? inside : std::string_view();
}

std::string list_of(std::span<const std::string> names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  return escape_and_clip(list, 60);
}

[[noreturn]] void refuse(std::string_view name, std::span<const std::string> names) {
  const std::string shown = "{" + std::string(name) + "}";
  std::string message = "\"" + shown + "\": no column has this name; ";
  if (const auto near = near_name(name, names))
    message += "did you mean {" + escape(*near) + "}?";
  else
    message += "the header has " + list_of(names);
  throw usage_error(message + " (for the literal text, write '{'" + std::string(name) +
                    "} in a script)");
}

/// The name is ambiguous. Each column can be used by its number.
void refuse_doubled(std::string_view shown, std::int32_t column,
                    std::span<const std::string> names) {
  const auto first = names.begin() + (column - 1);
  const auto second = std::find(first + 1, names.end(), *first);
  if (second == names.end()) return;
  const std::string other = std::to_string(second - names.begin() + 1);
  throw usage_error('"' + escape_and_clip(shown, 60) + "\": columns " + std::to_string(column) +
                    " and " + other + " have this name: expected {" + std::to_string(column) +
                    "} or {" + other + '}');
}

/// Whether the match is a column referred to by name.
bool is_named(std::string_view shown, const placeholder& found) {
  const bool number = shown.size() > 1 && (shown[1] == '-' || (shown[1] >= '0' && shown[1] <= '9'));
  return found.what == placeholder::kind::item && found.index > 0 && !number;
}

}  // namespace

farthest_placeholder as_written(std::int32_t index, std::span<const std::string> texts,
                                std::span<const std::string> names) {
  if (index == 0) return {};
  placeholder_syntax syntax;
  syntax.facts = std::make_shared<job_facts>();
  const placeholder_grammar grammar({names.begin(), names.end()}, false, syntax);
  for (const std::string_view text : texts)
    for (auto at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
      const auto match = grammar.at(text.substr(at));
      if (match && match->found.what == placeholder::kind::item && match->found.index == index)
        return {index, escape_and_clip(text.substr(at, match->length), 60)};
    }
  return {index, '{' + std::to_string(index) + '}'};
}

void check_reach(const farthest_placeholder& farthest, std::size_t items) {
  if (items_for(farthest.index) <= items) return;
  throw usage_error('"' + farthest.text + "\": no input can fill it: a job has " +
                    (items == 1 ? "one item" : std::to_string(items) + " items") +
                    "; --colsep, -n or another ::: gives more");
}

void check_names(std::string_view text, std::span<const std::string> names,
                 const placeholder_syntax& syntax) {
  const placeholder_grammar grammar({names.begin(), names.end()}, false, syntax);
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    if (at > 0 && text[at - 1] == '$') continue;
    if (const auto match = grammar.at(text.substr(at))) {
      const auto shown = text.substr(at, match->length);
      if (is_named(shown, match->found)) refuse_doubled(shown, match->found.index, names);
      continue;
    }
    const auto close = text.find_first_not_of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./", at + 1);
    if (close == std::string_view::npos || text[close] != '}') continue;
    const auto name = name_in(text.substr(at + 1, close - at - 1));
    if (!name.empty()) refuse(name, names);
  }
}

std::string missing_items(std::size_t items, const farthest_placeholder& farthest,
                          std::string_view unit) {
  return "only " + std::to_string(items) + ' ' + std::string(unit) + (items == 1 ? "" : "s") +
         "; " + farthest.text + " needs " + std::to_string(items_for(farthest.index));
}

}  // namespace weir
