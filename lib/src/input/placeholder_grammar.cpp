#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include <weir/error.hpp>

#include "input/count.hpp"
#include "input/placeholder.hpp"
#include "input/shell_syntax.hpp"
#include "text/escape.hpp"
#include "text/number.hpp"

namespace weir {

namespace {

using suffix = std::pair<std::string_view, item_part>;

// The longer ones come first: "{1//}" is not "{1/}" with a slash before it.
constexpr std::array<suffix, 4> suffixes{{{"//", item_part::directory},
                                          {"/.", item_part::base_stem},
                                          {"/", item_part::base},
                                          {".", item_part::stem}}};

item_part cut_suffix(std::string_view& inside) {
  for (const auto& [text, part] : suffixes) {
    if (!inside.ends_with(text)) continue;
    inside.remove_suffix(text.size());
    return part;
  }
  return item_part::whole;
}

std::optional<std::int32_t> whole_number(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::numeric_limits<std::int32_t>::max();  // no such item anyway
  return number;
}

/// Whether they are equal but for blanks and semicolons.
bool is_only(std::string_view expression, std::string_view what) {
  std::string bare;
  for (const char c : expression)
    if (c != ' ' && c != ';') bare += c;
  return bare == what;
}

}  // namespace

placeholder_grammar::placeholder_grammar(std::vector<std::string> names, bool names_only,
                                         const placeholder_syntax& syntax)
    : names_(std::move(names)), names_only_(names_only) {
  if (names_only) return;
  braces_ = syntax.braces;
  open_ = syntax.open;
  close_ = syntax.close;
  facts_ = syntax.facts;
  names_to_come_ = syntax.names_to_come;
  for (const tag_definition& each : syntax.tags) tags_.emplace_back(each, names_);
  if (!syntax.plus) return;
  for (const tag_definition& each : plus_tags()) plus_.emplace_back(each, names_);
}

std::optional<placeholder_match> placeholder_grammar::at(std::string_view text) const {
  if (!tags_.empty())
    if (auto match = tagged(tags_, text)) return match;
  if (!names_only_ && text.starts_with(open_))
    if (auto match = expression(text)) return match;
  if (auto match = in_braces(text)) return match;
  return plus_.empty() ? std::nullopt : tagged(plus_, text);
}

std::size_t placeholder_grammar::next(std::string_view text, std::size_t at) const {
  return tags_.empty() && open_.starts_with('{') ? text.find('{', at)
         : at < text.size()                      ? at
                                                 : std::string_view::npos;
}

std::optional<placeholder_match> placeholder_grammar::tagged(
    const std::vector<placeholder_tag>& tags, std::string_view text) const {
  for (const placeholder_tag& each : tags)
    if (const auto found = each.at(text)) {
      std::string_view expression = each.expression();
      std::string_view position = found->position;
      // "1 $_=total_jobs()": of the first item, even if there are several.
      const std::string_view first = expression.substr(0, expression.find(' '));
      if (position.empty() && first.size() < expression.size() && whole_number(first)) {
        position = first;
        expression.remove_prefix(first.size());
      }
      return placeholder_match{
          changed(position, expression, found->parameters, text.substr(0, found->length)),
          found->length};
    }
  return std::nullopt;
}

/// {= EXPR =}, {=2 EXPR =}
std::optional<placeholder_match> placeholder_grammar::expression(std::string_view text) const {
  const auto close = text.find(close_, open_.size());
  if (close == std::string_view::npos) return std::nullopt;
  const std::size_t length = close + close_.size();
  std::string_view inside = text.substr(open_.size(), close - open_.size());
  const std::string_view first = inside.substr(0, inside.find(' '));
  std::string_view position;
  if (first.size() < inside.size() &&
      (whole_number(first) || column(first) || may_become_column(first))) {
    position = first;
    inside.remove_prefix(first.size());
  }
  return placeholder_match{changed(position, inside, {}, text.substr(0, length)), length};
}

/// Only words that mean nothing at the beginning of an expression.
bool placeholder_grammar::may_become_column(std::string_view word) const {
  if (!names_to_come_ || !names_.empty()) return false;
  constexpr std::array<std::string_view, 7> known{"chop", "chomp", "if",    "unless",
                                                  "not",  "skip",  "substr"};
  return !word.empty() && std::ranges::all_of(word, is_name_byte) &&
         std::ranges::find(known, word) == known.end();
}

placeholder placeholder_grammar::changed(std::string_view position, std::string_view expression,
                                         std::span<const std::string> parameters,
                                         std::string_view written) const {
  using kind = placeholder::kind;
  placeholder found;
  if (!position.empty()) {
    const auto number = column(position);
    found.what = kind::item;
    found.index = number ? *number : whole_number(position).value_or(0);
  }
  if (is_only(expression, "$_=$job->slot()") || is_only(expression, "$_=slot()"))
    return {kind::slot, item_part::whole, 0};
  if (is_only(expression, "")) return found;
  auto known = expressions_.find(written);
  if (known == expressions_.end())
    known = expressions_
                .emplace(written,
                         std::make_shared<const item_expression>(expression, parameters, facts_))
                .first;
  found.changed = known->second;
  return found;
}

std::optional<placeholder_match> placeholder_grammar::in_braces(std::string_view text) const {
  if (!text.starts_with('{')) return std::nullopt;
  const auto close = text.find('}');
  if (close == std::string_view::npos) return std::nullopt;
  const auto found = parse(text.substr(1, close - 1));
  if (!found) return std::nullopt;
  return placeholder_match{*found, close + 1};
}

std::optional<placeholder> placeholder_grammar::parse(std::string_view inside) const {
  using kind = placeholder::kind;
  if (!names_only_) {
    if (inside == "#") return placeholder{kind::seq, item_part::whole, 0};
    if (inside == "%") return placeholder{kind::slot, item_part::whole, 0};
  }
  if (const auto exact = column(inside)) return placeholder{kind::item, item_part::whole, *exact};
  const auto part = cut_suffix(inside);
  if (const auto named = column(inside)) return placeholder{kind::item, part, *named};
  if (names_only_) return std::nullopt;
  if (inside.empty() && !braces_ && part == item_part::whole) return std::nullopt;
  if (inside.empty()) return placeholder{kind::items, part, 0};
  const auto number = whole_number(inside);
  // As for {} itself: in a command within the command, these are the other one's.
  const bool is_text = !braces_ && part == item_part::whole;
  if (!number || is_text) return std::nullopt;
  return placeholder{kind::item, part, *number};
}

std::optional<placeholder_match> placeholder_grammar::take(std::string_view text) const {
  auto match = at(text);
  if (!match || match->found.what != placeholder::kind::item) return match;
  const std::size_t number = items_for(match->found.index);
  if (number > 0 && number <= most_items) return match;
  throw usage_error(
      '"' + escape_and_clip(text.substr(0, match->length), 60) +
      (number == 0
           ? "\": items are counted from 1, or from -1 for the last; {} stands for all of them"
           : "\": no input can fill it: no job has that many items"));
}

std::optional<std::int32_t> placeholder_grammar::column(std::string_view name) const {
  if (name.empty() || whole_number(name)) return std::nullopt;
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::int32_t>(found - names_.begin() + 1);
}

}  // namespace weir
