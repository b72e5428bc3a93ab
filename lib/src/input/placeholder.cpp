#include "input/placeholder.hpp"

#include <cassert>
#include <cstdlib>

namespace weir {

namespace {

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

std::string_view value_of(const placeholder& what, std::string_view item, std::uint64_t seq,
                          std::string& memory) {
  if (!what.changed) return part_of(item, what.part);
  return memory = what.changed->apply(item, seq);
}

void append_value(std::string& out, const placeholder& what,
                  std::span<const std::string_view> items, std::uint64_t seq) {
  std::string memory;
  assert(what.what == placeholder::kind::items || what.what == placeholder::kind::item);
  if (what.what == placeholder::kind::item) {
    if (const auto item = pick(items, what.index)) out += value_of(what, *item, seq, memory);
    return;
  }
  bool first = true;
  for (const auto item : items) {
    if (!first) out += ' ';
    out += value_of(what, item, seq, memory);
    first = false;
  }
}

}  // namespace weir
