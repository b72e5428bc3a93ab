#include "input/near_name.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace weir {

std::size_t edit_distance(std::string_view from, std::string_view to, std::size_t most) {
  constexpr std::size_t longest = 64;  // of a name worth guessing
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

}  // namespace weir
