#include "input/manifest/matrix.hpp"

#include <algorithm>
#include <cstdint>

namespace weir::doc {

namespace {

// An entry of include or exclude, with its keys as positions in a combination.
using placed_entry = std::vector<std::pair<std::size_t, std::string_view>>;

placed_entry place(const assignment& entry, const std::vector<std::string>& keys) {
  placed_entry placed;
  for (const auto& [key, value] : entry)
    placed.emplace_back(std::ranges::find(keys, key) - keys.begin(), value);
  return placed;
}

// Whether the combination has every pair of the entry whose key is among the first `keys`.
bool agrees(const combination& c, const placed_entry& entry, std::size_t keys) noexcept {
  return std::ranges::all_of(
      entry, [&](const auto& pair) { return pair.first >= keys || c[pair.first] == pair.second; });
}

void assign(combination& c, const placed_entry& entry) noexcept {
  for (const auto& [key, value] : entry) c[key] = value;
}

std::vector<combination> product(const matrix& m, std::size_t keys) {
  std::vector<combination> all;
  all.assign(product_size(m), combination(keys));
  if (all.empty()) return all;
  std::size_t run = all.size();  // length of a run with the same value of this axis
  for (std::size_t key = 0; key < m.axes.size(); ++key) {
    const auto& values = m.axes[key].values;
    run /= values.size();
    for (std::size_t i = 0; i < all.size(); ++i) all[i][key] = values[i / run % values.size()];
  }
  return all;
}

}  // namespace

std::vector<std::string> keys_of(const matrix& m) {
  std::vector<std::string> keys;
  for (const axis& x : m.axes) keys.push_back(x.key);
  for (const assignment& entry : m.include)
    for (const auto& pair : entry)
      if (std::ranges::find(keys, pair.first) == keys.end()) keys.push_back(pair.first);
  return keys;
}

std::size_t product_size(const matrix& m) noexcept {
  std::size_t count = m.axes.empty() ? 0 : 1;
  for (const axis& x : m.axes)
    if (__builtin_mul_overflow(count, x.values.size(), &count)) return SIZE_MAX;
  return count;
}

std::vector<combination> combinations(const matrix& m) {
  const std::vector<std::string> keys = keys_of(m);
  std::vector<combination> all = product(m, keys.size());
  for (const assignment& entry : m.exclude)
    std::erase_if(all, [&, placed = place(entry, keys)](const combination& c) {
      return agrees(c, placed, keys.size());
    });
  const std::size_t original = all.size();
  for (const assignment& entry : m.include) {
    const placed_entry placed = place(entry, keys);
    bool extended = false;
    for (std::size_t i = 0; i < original; ++i) {
      if (!agrees(all[i], placed, m.axes.size())) continue;
      assign(all[i], placed);
      extended = true;
    }
    if (!extended) assign(all.emplace_back(keys.size()), placed);
  }
  return all;
}

}  // namespace weir::doc
