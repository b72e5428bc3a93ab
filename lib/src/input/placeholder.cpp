#include "input/placeholder.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <utility>

#include <weir/error.hpp>

#include "text/escape.hpp"

namespace weir {

namespace {

using suffix = std::pair<std::string_view, item_part>;

// The longer ones first: "{1//}" is not "{1/}" with a slash before it.
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

constexpr std::size_t most_items = 1'000'000'000;  // as for -n

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<std::int32_t> whole_number(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::numeric_limits<std::int32_t>::max();  // no such item anyway
  return number;
}

std::string_view without_extension(std::string_view item) {
  const auto last = item.find_last_of("./");
  return last != std::string_view::npos && item[last] == '.' ? item.substr(0, last) : item;
}

std::string_view base_of(std::string_view item) {
  return item.substr(item.rfind('/') + 1);  // npos + 1 is 0
}

std::string_view without_last_slashes(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return path;
}

std::string_view parent(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view(".")
                                         : without_last_slashes(path.substr(0, slash + 1));
}

std::string_view directory_of(std::string_view item) {
  return item.ends_with('/') ? parent(without_last_slashes(item)) : parent(item);
}

}  // namespace

placeholder_grammar::placeholder_grammar(std::vector<std::string> names, bool names_only)
    : names_(std::move(names)), names_only_(names_only) {}

std::optional<placeholder_match> placeholder_grammar::at(std::string_view text) const {
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
  if (inside.empty()) return placeholder{kind::items, part, 0};
  const auto number = whole_number(inside);
  if (!number) return std::nullopt;
  return placeholder{kind::item, part, *number};
}

std::optional<placeholder_match> placeholder_grammar::take(std::string_view text) const {
  auto match = at(text);
  if (!match || match->found.what != placeholder::kind::item) return match;
  const std::size_t number = items_for(match->found.index);
  if (number > 0 && number <= most_items) return match;
  throw usage_error('"' + escape_and_clip(text.substr(0, match->length), 60) +
                    (number == 0
                         ? "\": items are counted from 1, or from -1 for the last; {} is all"
                         : "\": no input can fill it: no job has that many items"));
}

std::optional<std::int32_t> placeholder_grammar::column(std::string_view name) const {
  if (name.empty() || whole_number(name)) return std::nullopt;
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::int32_t>(found - names_.begin() + 1);
}

std::string_view part_of(std::string_view item, item_part part) {
  switch (part) {
    case item_part::whole:
      break;
    case item_part::stem:
      return without_extension(item);
    case item_part::base:
      return base_of(item);
    case item_part::directory:
      return directory_of(item);
    case item_part::base_stem:
      return without_extension(base_of(item));
  }
  return item;
}

std::optional<std::string_view> pick(std::span<const std::string_view> items, std::int32_t index) {
  const auto size = static_cast<std::int64_t>(items.size());
  const std::int64_t at = index < 0 ? size + index : std::int64_t{index} - 1;
  if (at < 0 || at >= size) return std::nullopt;
  return items[static_cast<std::size_t>(at)];
}

std::size_t items_for(std::int32_t index) noexcept {
  return static_cast<std::size_t>(std::abs(std::int64_t{index}));
}

std::int32_t farther(std::int32_t index, const placeholder& what) noexcept {
  const bool more =
      what.what == placeholder::kind::item && items_for(what.index) > items_for(index);
  return more ? what.index : index;
}

void append_value(std::string& out, const placeholder& what,
                  std::span<const std::string_view> items) {
  assert(what.what == placeholder::kind::items || what.what == placeholder::kind::item);
  if (what.what == placeholder::kind::item) {
    if (const auto item = pick(items, what.index)) out += part_of(*item, what.part);
    return;
  }
  bool first = true;
  for (const auto item : items) {
    if (!first) out += ' ';
    out += part_of(item, what.part);
    first = false;
  }
}

}  // namespace weir
