#include "input/manifest/linker.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "input/manifest/contradiction.hpp"
#include "input/manifest/did_you_mean.hpp"

namespace weir::doc {

namespace {

constexpr std::size_t most_needs_in_all = 10'000'000;  // two matrices of 100 000 would have 10^10
constexpr std::size_t most_shown = 20;                 // jobs of a cycle

std::string path_of(const std::vector<std::size_t>& cycle,
                    const std::vector<std::string_view>& names) {
  std::string path;
  for (std::size_t i = 0; i < cycle.size() && i < most_shown; ++i)
    path += fmt::format("{} -> ", shown_name(names[cycle[i]]));
  if (cycle.size() > most_shown) path += fmt::format("{} more -> ", cycle.size() - most_shown);
  return path + shown_name(names[cycle.front()]);
}

}  // namespace

void linker::expect(std::size_t jobs) {
  jobs_.reserve(jobs);
  ends_.reserve(jobs);
}

void linker::add(open_job&& open) {
  jobs_.push_back(std::move(open.job));
  ends_.push_back({std::move(open.needs), std::move(open.partial_names), open.at});
}

std::vector<manifest_job> linker::link(field_checker& check, bool all_named) {
  all_named_ = all_named;
  const std::size_t before = check.fault_count();
  index_names(check);
  connect(check);
  if (!needs_come_first_ && !check.full()) put_needs_first(check);
  if (check.fault_count() != before) return {};
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    jobs_[i].spec.seq = i + 1;
    for (need& n : jobs_[i].spec.needs) ++n.seq;
  }
  return std::move(jobs_);
}

void linker::index_names(field_checker& check) {
  names_.reserve(jobs_.size());
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    const manifest_job& job = jobs_[i];
    if (job.spec.name.empty()) continue;
    const auto [first, is_new] = names_.emplace(job.spec.name, i);
    if (!is_new) tell_duplicate(i, first->second, check);
    if (job.group != job.spec.name) groups_[job.group].push_back(i);
    for (const std::string& partial : ends_[i].partial_names) groups_[partial].push_back(i);
  }
}

void linker::tell_duplicate(std::size_t job, std::size_t first, field_checker& check) {
  const position at = ends_[job].at;
  const position first_at = ends_[first].at;
  if (check.is_told(at)) return;
  check.fault(
      at, fmt::format("name: \"{}\" {}", shown_name(jobs_[job].spec.name),
                      at == first_at
                          ? "is that of two combinations of the matrix, expected every "
                            "{key} in it or none"
                          : fmt::format("is already that of the job at line {}", first_at.line)));
}

void linker::connect(field_checker& check) {
  for (std::size_t i = 0; i < jobs_.size() && !check.full(); ++i) {
    for (const need_draft& need : ends_[i].needs)
      if (!connect(i, need, check)) return;
    check_contradiction(i, check);
  }
}

/// Names that are not known are told elsewhere.
void linker::check_contradiction(std::size_t from, field_checker& check) const {
  const std::vector<need_draft>& drafts = ends_[from].needs;
  if (!may_contradict(drafts)) return;
  std::vector<std::vector<std::uint64_t>> jobs;
  std::vector<named_jobs> needs;
  jobs.reserve(drafts.size());
  for (const need_draft& need : drafts)
    if (!may_fail(need.job.text))
      needs.push_back({&need, jobs.emplace_back(jobs_named(need.job.text))});
  if (const auto both = find_contradiction(needs)) tell_contradiction(*both, check);
}

std::vector<std::uint64_t> linker::jobs_named(std::string_view name) const {
  if (const auto one = names_.find(name); one != names_.end()) return {one->second};
  const auto group = groups_.find(name);
  if (group == groups_.end()) return {};
  return {group->second.begin(), group->second.end()};
}

bool linker::may_fail(std::string_view name) const {
  const auto allows = [&](std::size_t job) {
    const auto& settings = jobs_[job].spec.settings;
    return !settings || settings->allow_failure;  // none: nobody knows
  };
  if (const auto one = names_.find(name); one != names_.end()) return allows(one->second);
  const auto group = groups_.find(name);
  return group == groups_.end() || std::ranges::any_of(group->second, allows);
}

bool linker::connect(std::size_t from, const need_draft& need, field_checker& check) {
  if (const auto one = names_.find(need.job.text); one != names_.end())
    return add_need(from, one->second, need, 0, check);
  if (const auto group = groups_.find(need.job.text); group != groups_.end()) {
    const bool any = need.asks_for_any() && group->second.size() > 1;
    const std::uint32_t any_of = any ? ++any_count_ : 0;
    for (const std::size_t to : group->second)
      if (!add_need(from, to, need, any_of, check)) return false;
    return true;
  }
  if (all_named_ && !check.is_told(need.job.at)) tell_unknown(need, check);
  return !check.full();
}

bool linker::add_need(std::size_t from, std::size_t to, const need_draft& need,
                      std::uint32_t any_of, field_checker& check) {
  if (from == to) {
    if (!check.is_told(need.job.at))
      check.fault(need.job.at, fmt::format("needs: the job \"{}\" needs itself",
                                           shown_name(jobs_[from].spec.name)));
    return !check.full();
  }
  jobs_[from].spec.needs.push_back({to, need.on, any_of});
  needs_come_first_ = needs_come_first_ && to < from;
  if (++need_count_ <= most_needs_in_all) return true;
  check.fault(need.job.at, fmt::format("needs: more than {} between all jobs", most_needs_in_all));
  return false;
}

void linker::tell_unknown(const need_draft& need, field_checker& check) {
  // Near names are sought among few; a manifest of a million jobs was written by a program.
  std::vector<std::string_view> known;
  for (const auto& entry : names_)
    if (known.size() < 10'000) known.push_back(entry.first);
  for (const auto& entry : groups_)
    if (known.size() < 20'000) known.push_back(entry.first);
  std::ranges::sort(known);
  check.fault(need.job.at, fmt::format("needs: there is no job \"{}\"{}", shown_name(need.job.text),
                                       did_you_mean(need.job.text, known)));
}

need_graph linker::graph() const {
  need_graph graph(jobs_.size());
  for (std::size_t i = 0; i < jobs_.size(); ++i)
    for (const need& n : jobs_[i].spec.needs) graph[i].push_back(n.seq);
  return graph;
}

position linker::place_of_need(std::size_t from, std::size_t to) const {
  for (const need_draft& need : ends_[from].needs) {
    const auto one = names_.find(need.job.text);
    if (one != names_.end() && one->second == to) return need.job.at;
    const auto group = groups_.find(need.job.text);
    if (group != groups_.end() && std::ranges::count(group->second, to) > 0) return need.job.at;
  }
  return ends_[from].at;
}

void linker::put_needs_first(field_checker& check) {
  std::vector<std::string_view> names;
  for (const manifest_job& job : jobs_) names.push_back(job.spec.name);
  const need_graph needs = graph();
  const bool circles = tell_cycles(
      needs, names, [&](std::size_t from, std::size_t to) { return place_of_need(from, to); },
      check);
  if (circles) return;
  const std::vector<std::size_t> order = needs_first(needs);
  std::vector<std::size_t> new_index(jobs_.size());
  for (std::size_t i = 0; i < order.size(); ++i) new_index[order[i]] = i;
  std::vector<manifest_job> ordered;
  ordered.reserve(jobs_.size());
  for (const std::size_t i : order) {
    for (need& n : jobs_[i].spec.needs) n.seq = new_index[n.seq];
    ordered.push_back(std::move(jobs_[i]));
  }
  jobs_ = std::move(ordered);
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
