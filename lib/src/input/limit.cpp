#include "input/limit.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "text/number.hpp"

namespace weir {

namespace {

// More jobs than this cannot run at once on any Linux: pids end at 2^22.
constexpr std::uint64_t highest_limit = 1U << 22U;

unsigned within_range(double jobs) {
  return static_cast<unsigned>(std::clamp(jobs, 1.0, static_cast<double>(highest_limit)));
}

std::optional<unsigned> relative(std::string_view text, unsigned cpus) {
  const bool less = text.front() == '-';
  text.remove_prefix(1);
  const auto number = take_digits(text);
  if (!number || !text.empty() || *number > highest_limit) return std::nullopt;
  const double by = static_cast<double>(*number);
  return within_range(less ? cpus - by : cpus + by);
}

std::optional<unsigned> absolute(std::string_view text, unsigned cpus) {
  const auto number = take_decimal(text);
  if (!number || *number > static_cast<double>(highest_limit)) return std::nullopt;
  if (text == "%") return within_range(*number * cpus / 100);
  const bool whole = static_cast<double>(static_cast<unsigned>(*number)) == *number;
  if (!text.empty() || !whole) return std::nullopt;
  return *number == 0 ? no_limit : static_cast<unsigned>(*number);
}

}  // namespace

unsigned parse_limit(std::string_view option, std::string_view text, unsigned cpus) {
  std::optional<unsigned> jobs;
  if (!text.empty())
    jobs = text.front() == '+' || text.front() == '-' ? relative(text, cpus) : absolute(text, cpus);
  if (jobs) return *jobs;
  refuse_value(option, text, "a limit",
               "a number of jobs up to 4194304 (8), a share of the CPUs (50%), more or fewer than "
               "the CPUs (+1, -1), or 0 for as many as possible");
}

}  // namespace weir
