#include "process/control_group_text.hpp"

#include <algorithm>
#include <charconv>

namespace weir {

namespace {

constexpr std::string_view run_prefix = "weir-";
constexpr std::string_view job_prefix = "job-";

template <typename Number>
std::optional<Number> number_at(std::string_view& text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

std::string_view next_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool has(const std::vector<std::string>& all, std::string_view one) {
  return std::ranges::find(all, one) != all.end();
}

}  // namespace

std::optional<std::uint64_t> number_of_key(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = next_line(text);
    if (!line.starts_with(key) || line.substr(key.size(), 1) != " ") continue;
    line.remove_prefix(key.size() + 1);
    return number_at<std::uint64_t>(line);
  }
  return std::nullopt;
}

std::uint64_t sum_of_devices(std::string_view text, std::string_view key) {
  const std::string word = ' ' + std::string(key) + '=';
  std::uint64_t sum = 0;
  while (!text.empty()) {
    std::string_view line = next_line(text);
    const auto at = line.find(word);
    if (at == std::string_view::npos) continue;
    line.remove_prefix(at + word.size());
    sum += number_at<std::uint64_t>(line).value_or(0);
  }
  return sum;
}

std::vector<pid_t> numbers_of_group(std::string_view text) {
  std::vector<pid_t> all;
  while (!text.empty()) {
    std::string_view line = next_line(text);
    if (const auto pid = number_at<pid_t>(line)) all.push_back(*pid);
  }
  return all;
}

std::vector<std::string> words_of_group(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" \n"), text.size());
    if (end > 0) all.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

std::string name_of_run_group(const group_owner& run) {
  return std::string(run_prefix) + std::to_string(run.pid) + '-' + std::to_string(run.start_time);
}

std::optional<group_owner> owner_in(std::string_view name) {
  if (!name.starts_with(run_prefix)) return std::nullopt;
  name.remove_prefix(run_prefix.size());
  const auto pid = number_at<pid_t>(name);
  if (!pid || *pid <= 0 || !name.starts_with('-')) return std::nullopt;
  name.remove_prefix(1);
  const auto start = number_at<std::uint64_t>(name);
  if (!start || !name.empty()) return std::nullopt;
  return group_owner{*pid, *start};
}

std::string name_of_job_group(attempt_id job) {
  return std::string(job_prefix) + std::to_string(job.seq) + '.' + std::to_string(job.attempt);
}

bool is_job_group(std::string_view name) {
  return name.starts_with(job_prefix);
}

controller_plan plan_controllers(const group_facts& facts) {
  controller_plan plan;
  for (const std::string_view each : wanted_controllers)
    if (has(facts.available, each) && !has(facts.handed_on, each))
      plan.to_hand_on.emplace_back(each);
  // A group other than the root that hands controllers on has no processes of its own.
  if (plan.to_hand_on.empty() || facts.is_root || facts.processes.empty()) return plan;
  plan.others = !std::ranges::all_of(facts.processes, [&](pid_t pid) {
    return std::ranges::find(facts.own, pid) != facts.own.end();
  });
  plan.moves = !plan.others;
  if (plan.others) plan.to_hand_on.clear();
  return plan;
}

std::vector<needed_controller> controllers_for(const group_limits& limits) {
  std::vector<needed_controller> all;
  if (limits.memory) all.push_back({"memory", "memory"});
  if (limits.pids) all.push_back({"pids", "pids"});
  if (limits.milli_cpus) all.push_back({"cpus", "cpu"});
  return all;
}

std::string text_of_cpus(std::uint64_t milli_cpus) {
  constexpr std::uint64_t period = 100'000;  // microseconds, the kernel's usual one
  return std::to_string(milli_cpus * (period / 1000)) + ' ' + std::to_string(period);
}

}  // namespace weir
