#include "process/machine_memory.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <utility>

namespace weir {

namespace {

constexpr double stalled_percent = 10;

/// The number after a word at the beginning of a line, or in it: "MemTotal: 16 kB", "full
/// avg10=0.5".
template <typename Number>
std::optional<Number> number_after(const std::string& file, std::string_view line_begins,
                                   std::string_view word) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(line_begins)) continue;
    const auto at = line.find(word);
    if (at == std::string::npos) continue;
    line.erase(0, at + word.size());
    Number value{};
    if (std::istringstream(line) >> value) return value;
  }
  return std::nullopt;
}

/// nullopt also for "max".
std::optional<std::uint64_t> number_in(const std::string& file) {
  std::uint64_t value = 0;
  if (std::ifstream(file) >> value) return value;
  return std::nullopt;
}

bool stalls(const std::string& pressure) {
  return number_after<double>(pressure, "full ", "avg10=").value_or(0) >= stalled_percent;
}

/// Lowers `state` if the group is limited.
void look_at(const control_group& group, std::uint64_t of_machine, memory_state& state) {
  const bool v2 = group.unified;
  const auto limit = number_in(group.dir + (v2 ? "/memory.max" : "/memory.limit_in_bytes"));
  // Without a limit, version 1 shows a number larger than any machine's memory.
  if (!limit || *limit >= of_machine) return;
  const auto used = number_in(group.dir + (v2 ? "/memory.current" : "/memory.usage_in_bytes"));
  if (!used) return;
  const std::string_view cache = v2 ? "inactive_file " : "total_inactive_file ";
  const auto given_back =
      number_after<std::uint64_t>(group.dir + "/memory.stat", cache, cache).value_or(0);
  const std::uint64_t held = *used - std::min(given_back, *used);
  state.total = std::min(state.total, *limit);
  state.available = std::min(state.available, *limit - std::min(held, *limit));
  if (v2) state.stalls = state.stalls || stalls(group.dir + "/memory.pressure");
}

}  // namespace

machine_memory::machine_memory(std::string root)
    : root_(std::move(root)), groups_(control_groups_with("memory", root_)) {
  std::erase_if(groups_, [](const control_group& group) {
    std::error_code error;
    return !std::filesystem::exists(
        group.dir + (group.unified ? "/memory.max" : "/memory.limit_in_bytes"), error);
  });
}

std::optional<memory_state> machine_memory::look() const {
  const std::string info = root_ + "/proc/meminfo";
  const auto total = number_after<std::uint64_t>(info, "MemTotal:", ":");
  const auto available = number_after<std::uint64_t>(info, "MemAvailable:", ":");
  if (!total || !available) return std::nullopt;
  memory_state state{*total * 1024, *available * 1024, stalls(root_ + "/proc/pressure/memory")};
  for (const control_group& group : groups_) look_at(group, *total * 1024, state);
  return state;
}

}  // namespace weir
