#include "input/manifest/need_resolver.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "input/manifest/contradiction.hpp"
#include "input/manifest/need_faults.hpp"

namespace weir::doc {

namespace {

constexpr std::size_t most_edges = 10'000'000;

bool needs_itself(const open_job& open, const need_draft& need) {
  return !open.job.spec.name.empty() &&
         (need.job.text == open.job.spec.name || need.job.text == open.job.group ||
          std::ranges::find(open.partial_names, need.job.text) != open.partial_names.end());
}

}  // namespace

void need_resolver::add(std::vector<open_job> jobs, std::vector<manifest_job>& ready,
                        field_checker& check, std::string_view line) {
  // All names of a matrix first: a need of the matrix means all of its jobs.
  entered_.clear();
  for (open_job& open : jobs) entered_.push_back(enter(open, check));
  std::shared_ptr<const std::string> kept;  // shared by all that wait
  edges_ = 0;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    open_job& open = jobs[i];
    const std::size_t missing = connect(open, next_held_);
    if (edges_ > most_edges)
      return check.fault(open.at, fmt::format("needs: more than {} in one line", most_edges));
    if (missing == 0) check_contradiction(open, check);
    if (missing == 0) {
      give(std::move(open.job), entered_[i], ready);
    } else {
      if (!kept && !line.empty()) kept = std::make_shared<const std::string>(line);
      held_.emplace(next_held_++, held_job{std::move(open), entered_[i], missing, kept});
    }
    release_waiting(ready, check);
  }
  if (held_.size() > bounds_.held)
    check.fault(
        held_.begin()->second.open.at,
        fmt::format("needs: a job it needs had not come when more than {} jobs were waiting",
                    bounds_.held));
  forget_oldest();
}

// Notes the job's names as held. Adds a fault for a duplicate name, and for a need of the job
// itself: other faults can be found without these.
need_resolver::job_names need_resolver::enter(open_job& open, field_checker& check) {
  for (const need_draft& need : open.needs)
    if (needs_itself(open, need)) tell_self_need(need, open.job.spec.name, check);
  std::erase_if(open.needs, [&](const need_draft& need) { return needs_itself(open, need); });
  const std::string& name = open.job.spec.name;
  if (name.empty()) return job_names{};
  const auto [known, is_new] = names_.try_emplace(name);
  job_names known_by;
  if (is_new) {
    known->second = {{}, 1, open.at, may_fail(open.job)};
    age_.push_back(&known->first);
    // Adding the entry of the matrix may move iterators, but not entries.
    known_by.name = &*known;
  } else {
    tell_duplicate(name, open.at, known->second.at, check);
  }
  if (open.job.group != name) known_by.groups.push_back(&enter_group(open, open.job.group));
  for (const std::string& partial : open.partial_names)
    known_by.groups.push_back(&enter_group(open, partial));
  return known_by;
}

// A matrix written again under the same name starts over: only the latest line's jobs count.
need_resolver::entry& need_resolver::enter_group(const open_job& open, const std::string& name) {
  const auto [group, is_new] = names_.try_emplace(name);
  if (is_new) age_.push_back(&group->first);
  known_name& known = group->second;
  if (known.held == 0 && known.at.line != open.at.line) known.seqs.clear();
  known.at = open.at;
  known.may_fail = known.may_fail || may_fail(open.job);
  ++known.held;
  return *group;
}

// Called once everything the job needs has come: only then is known which may fail.
void need_resolver::check_contradiction(const open_job& open, field_checker& check) const {
  if (!may_contradict(open.needs)) return;
  std::vector<named_jobs> needs;
  for (const need_draft& need : open.needs) {
    const auto known = names_.find(need.job.text);
    if (known != names_.end() && !known->second.may_fail)
      needs.push_back({&need, known->second.seqs});
  }
  if (const auto both = find_contradiction(needs)) tell_contradiction(*both, check);
}

// Connects the needs that have come, and lets the job wait for the others; returns their number.
std::size_t need_resolver::connect(open_job& open, held_id id) {
  std::set<std::string_view> missing;
  for (const need_draft& need : open.needs) {
    const auto known = names_.find(need.job.text);
    if (known != names_.end() && known->second.held == 0) {
      add_needs(open.job, known->second, need.on, need.asks_for_any());
      edges_ += known->second.seqs.size();
    } else {
      missing.insert(need.job.text);
      waiting_[need.job.text].push_back({id, need.on, need.asks_for_any()});
    }
  }
  return missing.size();
}

void need_resolver::add_needs(manifest_job& job, const known_name& needed, need_on on, bool any) {
  const std::uint32_t any_of = any && needed.seqs.size() > 1 ? ++any_count_ : 0;
  for (const std::uint64_t seq : needed.seqs) job.spec.needs.push_back({seq, on, any_of});
}

void need_resolver::give(manifest_job&& job, const job_names& known_by,
                         std::vector<manifest_job>& ready) {
  job.spec.seq = next_seq_++;
  if (known_by.name) note_given(*known_by.name, job.spec.seq);
  for (entry* group : known_by.groups) note_given(*group, job.spec.seq);
  ready.push_back(std::move(job));
}

void need_resolver::note(const manifest_job& job) {
  next_seq_ = job.spec.seq + 1;
  const bool fails = may_fail(job);
  const auto enter_as = [&](const std::string& name) {
    if (name.empty()) return;
    known_name& known = names_[name];
    known.seqs.push_back(job.spec.seq);
    known.may_fail = known.may_fail || fails;
  };
  enter_as(job.spec.name);
  if (job.group != job.spec.name) enter_as(job.group);
}

void need_resolver::check_added(const std::vector<open_job>& jobs, field_checker& check) const {
  std::set<std::string_view> own;
  for (const open_job& open : jobs) {
    const std::string& name = open.job.spec.name;
    if (!name.empty() && !own.insert(name).second) tell_duplicate(name, open.at, open.at, check);
    for (const std::string* const called : {&name, &open.job.group})
      if (!called->empty() && names_.contains(*called) && !check.is_told(open.at))
        check.fault(open.at, fmt::format("name: \"{}\" is already that of a job of this run",
                                         shown_name(*called)));
    for (const need_draft& need : open.needs) {
      const auto known = names_.find(need.job.text);
      if (needs_itself(open, need)) {
        tell_self_need(need, name, check);
      } else if (known == names_.end()) {
        std::vector<std::string_view> all;
        for (const auto& each : names_) all.push_back(each.first);
        doc::tell_unknown(need, all, check);
      } else if (known->second.held > 0 && !check.is_told(need.job.at)) {
        check.fault(need.job.at,
                    fmt::format("needs: \"{}\" waits itself for a job that has not come",
                                shown_name(need.job.text)));
      }
    }
    check_contradiction(open, check);
  }
}

void need_resolver::note_given(entry& name, std::uint64_t seq) {
  name.second.seqs.push_back(seq);
  if (--name.second.held == 0) released_.push_back(&name);
}

// Gives the jobs that waited for the names just given, and so on, without recursion.
void need_resolver::release_waiting(std::vector<manifest_job>& ready, field_checker& check) {
  while (!released_.empty()) {
    const entry& name = *released_.back();
    released_.pop_back();
    const auto waiting = waiting_.extract(name.first);
    if (waiting.empty()) continue;
    const std::vector<waiting_need>& needs = waiting.mapped();
    for (std::size_t i = 0; i < needs.size(); ++i) {
      const auto held = held_.find(needs[i].job);
      open_job& open = held->second.open;
      add_needs(open.job, name.second, needs[i].on, needs[i].any);
      const bool last_of_job = i + 1 == needs.size() || needs[i + 1].job != needs[i].job;
      if (!last_of_job || --held->second.missing > 0) continue;
      check_contradiction(open, check);
      give(std::move(open.job), held->second.known_by, ready);
      held_.erase(held);
    }
  }
}

// Names of held jobs are kept.
void need_resolver::forget_oldest() {
  for (std::size_t tries = held_.size() * 2 + 1; age_.size() > bounds_.names && tries > 0;) {
    const auto oldest = names_.find(*age_.front());
    age_.pop_front();
    if (oldest->second.held == 0) {
      names_.erase(oldest);
    } else {
      age_.push_back(&oldest->first);
      --tries;
    }
  }
}

std::string_view need_resolver::line_of(std::uint32_t number) const {
  const auto found = std::ranges::find_if(
      held_, [&](const auto& held) { return held.second.open.at.line == number; });
  if (found == held_.end() || !found->second.line) return {};
  return *found->second.line;
}

void need_resolver::finish(field_checker& check, bool all_named) {
  if (held_.empty()) return;
  if (all_named) tell_unknown(check);
  tell_held(check);
}

void need_resolver::tell_unknown(field_checker& check) {
  std::vector<std::string_view> known;
  for (const auto& name : names_) known.push_back(name.first);
  for (const auto& [id, held] : held_)
    for (const need_draft& need : held.open.needs)
      if (!check.full() && !names_.contains(need.job.text)) doc::tell_unknown(need, known, check);
}

// Reports jobs that wait for each other.
void need_resolver::tell_held(field_checker& check) {
  std::vector<const open_job*> jobs;
  std::vector<std::string_view> called;
  std::unordered_map<std::string_view, std::vector<std::size_t>> index;
  for (const auto& [id, held] : held_) {
    index[held.open.job.spec.name].push_back(jobs.size());
    if (held.open.job.group != held.open.job.spec.name)
      index[held.open.job.group].push_back(jobs.size());
    for (const std::string& partial : held.open.partial_names)
      index[partial].push_back(jobs.size());
    jobs.push_back(&held.open);
    called.push_back(held.open.job.spec.name);
  }
  need_graph graph;
  for (const auto& [id, held] : held_) {
    std::vector<std::size_t>& needed = graph.emplace_back();
    for (const need_draft& need : held.open.needs)
      if (const auto found = index.find(need.job.text); found != index.end())
        needed.insert(needed.end(), found->second.begin(), found->second.end());
  }
  const auto place_of = [&](std::size_t from, std::size_t to) {
    for (const need_draft& need : jobs[from]->needs)
      if (const auto found = index.find(need.job.text);
          found != index.end() && std::ranges::count(found->second, to) > 0)
        return need.job.at;
    return jobs[from]->at;
  };
  tell_cycles(graph, called, place_of, check);
}

}  // namespace weir::doc
