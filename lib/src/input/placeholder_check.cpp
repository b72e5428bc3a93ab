#include "input/placeholder_check.hpp"

#include <algorithm>
#include <array>

#include <weir/error.hpp>

#include "input/escape.hpp"
#include "input/near_name.hpp"
#include "input/placeholder.hpp"

namespace weir {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool may_follow(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

/// The word in `inside`, perhaps with one of the endings {name.} has; empty if it is no word.
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
  std::string message = "\"" + shown + "\": no column has this name: ";
  if (const auto near = near_name(name, names))
    message += "did you mean {" + escape(*near) + "}?";
  else
    message += "the header has " + list_of(names);
  throw usage_error(message + " (braces with a blank after the first are no placeholder)");
}

}  // namespace

void check_reach(std::int32_t farthest, std::size_t items) {
  if (items_for(farthest) <= items) return;
  throw usage_error("\"{" + std::to_string(farthest) + "}\": no input fills it: a job has " +
                    (items == 1 ? "one item" : std::to_string(items) + " items") +
                    "; more come with --colsep, -n or a further :::");
}

void check_names(std::string_view text, std::span<const std::string> names) {
  const placeholder_grammar grammar({names.begin(), names.end()});
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    if ((at > 0 && text[at - 1] == '$') || grammar.at(text.substr(at))) continue;
    const auto close = text.find_first_not_of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./", at + 1);
    if (close == std::string_view::npos || text[close] != '}') continue;
    const auto name = name_in(text.substr(at + 1, close - at - 1));
    if (!name.empty()) refuse(name, names);
  }
}

std::string missing_items(std::size_t items, std::int32_t farthest, std::string_view unit) {
  return std::to_string(items) + ' ' + std::string(unit) + (items == 1 ? "" : "s") + ", and {" +
         std::to_string(farthest) + "} needs " + std::to_string(items_for(farthest));
}

}  // namespace weir
