#include "report/held_text.hpp"

#include <fmt/format.h>

#include "report/shown.hpp"

namespace weir {

namespace {
constexpr std::size_t widest_name = 20;
}

std::string held_text(const progress_state& state) {
  if (const auto held = state.held_at_gate(); held > 0)
    return fmt::format("{} held up by {}", held, state.gate_held_by());
  if (state.starts_paused()) return "paused by weir ctl";
  const auto held = state.held_by_pools();
  if (held == 0) return {};
  const std::string pool = state.held_by_pool();
  if (pool.empty()) return fmt::format("{} held up by pools", held);
  return fmt::format("{} held up by pool {}", held, shown_clipped(pool, widest_name, false));
}

}  // namespace weir
