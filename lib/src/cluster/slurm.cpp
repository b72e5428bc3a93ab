#include "cluster/slurm.hpp"

#include <charconv>
#include <cstdint>

namespace weir {

namespace {

constexpr std::size_t most_hosts = 100'000;

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Splits at commas outside brackets.
std::vector<std::string_view> parts_of(std::string_view list) {
  std::vector<std::string_view> parts;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && list[i] == '[') ++depth;
    if (i < list.size() && list[i] == ']') --depth;
    if (i < list.size() && (list[i] != ',' || depth > 0)) continue;
    parts.push_back(list.substr(begin, i - begin));
    begin = i + 1;
  }
  return parts;
}

/// "1-3" or "07", keeping the number of digits.
bool add_range(std::string_view range, std::vector<std::string>& to) {
  const auto dash = range.find('-');
  const std::string_view low = range.substr(0, dash);
  const auto first = number(low);
  const auto last = dash == std::string_view::npos ? first : number(range.substr(dash + 1));
  if (!first || !last || *last < *first || *last - *first >= most_hosts) return false;
  for (std::uint32_t n = *first; n <= *last; ++n) {
    std::string digits = std::to_string(n);
    if (digits.size() < low.size()) digits.insert(0, low.size() - digits.size(), '0');
    to.push_back(std::move(digits));
  }
  return true;
}

bool add_hosts(std::string_view part, std::vector<std::string>& to) {
  std::vector<std::string> names{""};
  while (!part.empty()) {
    const auto open = part.find('[');
    for (std::string& name : names) name += part.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = part.find(']', open);
    if (close == std::string_view::npos) return false;
    std::vector<std::string> numbers;
    for (const auto range : parts_of(part.substr(open + 1, close - open - 1)))
      if (!add_range(range, numbers)) return false;
    if (names.size() * numbers.size() > most_hosts) return false;
    std::vector<std::string> longer;
    for (const std::string& name : names)
      for (const std::string& each : numbers) longer.push_back(name + each);
    names = std::move(longer);
    part.remove_prefix(close + 1);
  }
  if (names.front().empty() || to.size() + names.size() > most_hosts) return false;
  to.insert(to.end(), names.begin(), names.end());
  return true;
}

std::vector<std::string> joined(std::vector<std::string> all,
                                const std::vector<std::string>& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

std::optional<std::vector<std::string>> expand_host_list(std::string_view list) {
  std::vector<std::string> hosts;
  for (const auto part : parts_of(list))
    if (!add_hosts(part, hosts)) return std::nullopt;
  return hosts;
}

std::optional<std::vector<unsigned>> expand_counts(std::string_view list) {
  std::vector<unsigned> counts;
  for (std::string_view part : parts_of(list)) {
    std::uint32_t times = 1;
    if (const auto open = part.find("(x"); open != std::string_view::npos) {
      if (!part.ends_with(')')) return std::nullopt;
      const auto read = number(part.substr(open + 2, part.size() - open - 3));
      if (!read) return std::nullopt;
      times = *read;
      part = part.substr(0, open);
    }
    const auto count = number(part);
    if (!count || *count == 0 || times == 0 || counts.size() + times > most_hosts)
      return std::nullopt;
    counts.insert(counts.end(), times, *count);
  }
  return counts;
}

std::vector<std::string> step_on(const std::string& allocation, const slurm_node& node,
                                 const std::vector<std::string>& worker) {
  return joined({"srun", "--jobid=" + allocation, "--overlap", "--no-kill", "-N1", "-n1", "-w",
                 node.host, "-c", std::to_string(node.cpus), "--mem=0"},
                worker);
}

std::vector<std::string> job_of_its_own(const std::string& name, std::optional<unsigned> cpus,
                                        const std::vector<std::string>& more,
                                        const std::vector<std::string>& worker) {
  std::vector<std::string> all{"srun", "-J", name, "-N1", "-n1"};
  if (cpus) all.push_back("-c" + std::to_string(*cpus));
  return joined(joined(std::move(all), more), worker);
}

}  // namespace weir
