#include "input/manifest/process_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include <weir/error.hpp>

#include "text/size.hpp"
#include "values/known_limits.hpp"

namespace weir::doc {

namespace {

constexpr std::string_view unlimited = "unlimited";

std::optional<rlim_t> read_limit(const node& value, const known_limit& limit,
                                 field_checker& check) {
  const std::string key = "limits." + std::string(limit.name);
  if (const auto* number = value.as<std::int64_t>(); number && *number >= 0)
    return static_cast<rlim_t>(*number);
  const auto* text = value.as<std::string>();
  if (text && *text == unlimited) return RLIM_INFINITY;
  if (text && limit.is_bytes) {
    try {
      return parse_size(key, *text);
    } catch (const usage_error& error) {
      check.fault(value.at, error.what());
      return std::nullopt;
    }
  }
  check.wrong(value, key,
              limit.is_bytes ? R"(a size, such as "1G", or "unlimited")"
                             : R"(a number of at least 0, or "unlimited")");
  return std::nullopt;
}

constexpr std::string_view expected_ionice =
    R"("idle", "best-effort" or "realtime", the last two also with a level as in "best-effort:7")";

std::optional<io_priority> io_priority_of(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, int>, 3> classes{
      {{"realtime", 1}, {"best-effort", 2}, {"idle", 3}}};
  constexpr int usual_level = 4;
  for (const auto& [name, number] : classes) {
    if (text == name) return io_priority{number, name == "idle" ? 0 : usual_level};
    if (name == "idle" || !text.starts_with(name)) continue;
    const std::string_view level = text.substr(name.size());
    if (level.size() == 2 && level[0] == ':' && level[1] >= '0' && level[1] <= '7')
      return io_priority{number, level[1] - '0'};
  }
  return std::nullopt;
}

constexpr std::int64_t most_pids = 4'194'304;  // that there are (PID_MAX_LIMIT)
constexpr std::int64_t most_cpus = 1'000'000;
constexpr double least_cpus = 0.01;  // the kernel's

constexpr key_reader<group_limits> group_readers[] = {
    {"memory", [](group_limits& limits, const node& value,
                  field_checker& check) { limits.memory = check.size(value, "cgroup.memory"); }},
    {"pids",
     [](group_limits& limits, const node& value, field_checker& check) {
       if (const auto pids = check.whole(value, "cgroup.pids", 1, most_pids))
         limits.pids = static_cast<std::uint64_t>(*pids);
     }},
    {"cpus",
     [](group_limits& limits, const node& value, field_checker& check) {
       const auto cpus = check.positive(value, "cgroup.cpus", most_cpus);
       if (cpus && *cpus < least_cpus)
         check.wrong(value, "cgroup.cpus", "a number of at least 0.01");
       else if (cpus)
         limits.milli_cpus = static_cast<std::uint64_t>(std::llround(*cpus * 1000));
     }},
};

}  // namespace

std::optional<int> read_nice(const node& value, field_checker& check) {
  if (const auto nice = check.whole(value, "nice", -20, 19)) return static_cast<int>(*nice);
  return std::nullopt;
}

std::optional<io_priority> read_ionice(const node& value, field_checker& check) {
  const auto* text = value.as<std::string>();
  const auto priority = text ? io_priority_of(*text) : std::nullopt;
  if (!priority) check.wrong(value, "ionice", expected_ionice);
  return priority;
}

std::optional<std::vector<resource_limit>> read_limits(const node& value, field_checker& check) {
  const auto* table = check.table(value, "limits", "a table, such as { nofile = 1024 }");
  if (!table) return std::nullopt;
  std::vector<resource_limit> limits;
  for (const member* m : free_keys(*table, "limits", check)) {
    const auto known = std::ranges::find(known_limits, m->key, &known_limit::name);
    if (known == known_limits.end()) {
      std::vector<std::string_view> names;
      for (const known_limit& each : known_limits) names.push_back(each.name);
      check.unknown_key(*m, "limits", names);
      continue;
    }
    if (const auto limit = read_limit(m->value, *known, check))
      limits.push_back({known->resource, *limit});
  }
  return limits;
}

std::optional<group_limits> read_group_limits(const node& value, field_checker& check) {
  const auto* table =
      check.table(value, "cgroup", R"(a table of limits, such as { memory = "2G", pids = 100 })");
  if (!table) return std::nullopt;
  const std::size_t before = check.fault_count();
  group_limits limits;
  read_keys(*table, "cgroup", group_readers, limits, check);
  if (check.fault_count() == before && limits == group_limits{})
    check.wrong(value, "cgroup", "one of memory, pids and cpus at least");
  return limits;
}

std::vector<std::string_view> cgroup_keys() {
  return keys_of(group_readers);
}

std::optional<mode_t> read_umask(const node& value, field_checker& check) {
  const auto* text = value.as<std::string>();
  unsigned mask = 0;
  if (text && !text->empty()) {
    const char* const end = text->data() + text->size();
    const auto [rest, error] = std::from_chars(text->data(), end, mask, 8);
    if (error == std::errc() && rest == end && mask <= 0777) return static_cast<mode_t>(mask);
  }
  check.wrong(value, "umask", R"(octal digits in quotes, such as "027")");
  return std::nullopt;
}

std::optional<std::vector<std::string>> read_pass_env(const node& value, field_checker& check) {
  const auto* array = check.array(value, "pass-env", R"(an array of names, such as ["PATH"])");
  if (!array) return std::nullopt;
  std::vector<std::string> names;
  for (const node& element : *array) {
    auto name = check.filled_text(element, "pass-env");
    if (!name) continue;
    if (name->find('=') != std::string::npos)
      check.wrong(element, "pass-env", "a name without =");
    else
      names.push_back(std::move(*name));
  }
  return names;
}

}  // namespace weir::doc
