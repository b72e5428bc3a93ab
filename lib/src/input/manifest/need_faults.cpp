#include "input/manifest/need_faults.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "input/manifest/did_you_mean.hpp"

namespace weir::doc {

namespace {

constexpr std::size_t most_shown = 20;  // jobs of a cycle

std::string path_of(const std::vector<std::size_t>& cycle,
                    const std::vector<std::string_view>& names) {
  std::string path;
  for (std::size_t i = 0; i < cycle.size() && i < most_shown; ++i)
    path += fmt::format("{} -> ", shown_name(names[cycle[i]]));
  if (cycle.size() > most_shown) path += fmt::format("{} more -> ", cycle.size() - most_shown);
  return path + shown_name(names[cycle.front()]);
}

}  // namespace

bool may_fail(const manifest_job& job) {
  const auto& settings = job.spec.settings;
  return !settings || settings->allow_failure;
}

void tell_duplicate(std::string_view name, position at, position first_at, field_checker& check) {
  if (check.is_told(at)) return;
  check.fault(
      at, fmt::format("name: \"{}\" {}", shown_name(name),
                      at == first_at
                          ? "is the name of two combinations of the matrix, expected every "
                            "{key} in it, with stdin.split {block} too, or none"
                          : fmt::format("is already used by the job at line {}", first_at.line)));
}

void tell_self_need(const need_draft& need, std::string_view job, field_checker& check) {
  if (!check.is_told(need.job.at))
    check.fault(need.job.at, fmt::format("needs: the job \"{}\" needs itself", shown_name(job)));
}

void tell_unknown(const need_draft& need, std::vector<std::string_view> known,
                  field_checker& check) {
  if (check.is_told(need.job.at)) return;
  std::ranges::sort(known);
  check.fault(need.job.at, fmt::format("needs: there is no job \"{}\"{}", shown_name(need.job.text),
                                       did_you_mean(need.job.text, known)));
}

bool tell_cycles(const need_graph& graph, const std::vector<std::string_view>& names,
                 const need_place& place_of, field_checker& check) {
  const auto cycles = find_cycles(graph, fault_list::most);
  for (const auto& cycle : cycles) {
    const position at = place_of(cycle[0], cycle[1 % cycle.size()]);
    if (!check.is_told(at))
      check.fault(at, fmt::format("needs: a cycle: {}", path_of(cycle, names)));
  }
  return !cycles.empty();
}

}  // namespace weir::doc
