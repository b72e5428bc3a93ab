#include "input/manifest/linker.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "input/manifest/contradiction.hpp"
#include "input/manifest/need_faults.hpp"

namespace weir::doc {

namespace {

constexpr std::size_t most_needs_in_all = 10'000'000;  // two matrices of 100 000 would have 10^10

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
    if (!is_new) tell_duplicate(job.spec.name, ends_[i].at, ends_[first->second].at, check);
    if (job.group != job.spec.name) groups_[job.group].push_back(i);
    for (const std::string& partial : ends_[i].partial_names) groups_[partial].push_back(i);
  }
}

void linker::connect(field_checker& check) {
  for (std::size_t i = 0; i < jobs_.size() && !check.full(); ++i) {
    for (const need_draft& need : ends_[i].needs)
      if (!connect(i, need, check)) return;
    check_contradiction(i, check);
  }
}

/// Unknown names are reported elsewhere.
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
  const auto allows = [&](std::size_t job) { return doc::may_fail(jobs_[job]); };
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
  if (all_named_) tell_unknown(need, some_names(), check);
  return !check.full();
}

bool linker::add_need(std::size_t from, std::size_t to, const need_draft& need,
                      std::uint32_t any_of, field_checker& check) {
  if (from == to) {
    tell_self_need(need, jobs_[from].spec.name, check);
    return !check.full();
  }
  jobs_[from].spec.needs.push_back({to, need.on, any_of});
  needs_come_first_ = needs_come_first_ && to < from;
  if (++need_count_ <= most_needs_in_all) return true;
  check.fault(need.job.at, "needs: more than " + std::to_string(most_needs_in_all) + " in total");
  return false;
}

// Looks for similar names among only a few; a program wrote a manifest of a million jobs.
std::vector<std::string_view> linker::some_names() const {
  std::vector<std::string_view> some;
  for (const auto& entry : names_)
    if (some.size() < 10'000) some.push_back(entry.first);
  for (const auto& entry : groups_)
    if (some.size() < 20'000) some.push_back(entry.first);
  return some;
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

}  // namespace weir::doc
