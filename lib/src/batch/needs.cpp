#include "batch/needs.hpp"

#include <algorithm>
#include <utility>

namespace weir {

bool needs_graph::meets(fate how, need_on on) noexcept {
  switch (on) {
    case need_on::success:
      return how == fate::succeeded || how == fate::tolerated;
    case need_on::failure:
      return how == fate::failed || how == fate::tolerated || how == fate::ended;
    case need_on::always:
      return true;
  }
  return false;
}

std::string needs_graph::reason(const job& needed, need_on on) {
  std::string_view how = "succeeded";
  if (needed.how == fate::failed) how = "failed";
  if (needed.how == fate::skipped) how = "was skipped";
  if (needed.how == fate::ended) how = "was cancelled";
  if (needed.how == fate::dropped) how = "was not started";
  const std::string_view wanted = on == need_on::failure ? "needs the failure of " : "needs ";
  return std::string(wanted) + needed.name + ", which " + std::string(how);
}

std::string needs_graph::reason(const choice& unmet) {
  const bool failure = unmet.on == need_on::failure;
  return std::string(failure ? "needs the failure of one of " : "needs one of ") +
         std::to_string(unmet.needs) + " jobs, none of which " + (failure ? "failed" : "succeeded");
}

const needs_graph::choice* needs_graph::unmet_choice(const job& waiting) {
  for (const auto& [number, each] : waiting.choices)
    if (!each.met) return &each;
  return nullptr;
}

/// Records how a job that it needs has ended. \returns whether it can still become ready.
bool needs_graph::may_wait_on(job& waiting, const dependent& d, fate how) {
  if (d.any_of == 0) return meets(how, d.on);
  choice& its = waiting.choices[d.any_of];
  its.met = its.met || meets(how, d.on);
  return true;
}

// A job that is no longer kept has succeeded.
needs_graph::fate needs_graph::fate_of(std::uint64_t seq) const {
  const auto found = jobs_.find(seq);
  return found == jobs_.end() ? fate::succeeded : found->second.how;
}

needs_graph::step needs_graph::add(std::uint64_t seq, std::string_view name,
                                   std::span<const need> needs) {
  if (name.empty() && needs.empty()) return {{seq}, {}};
  job& added = jobs_[seq];
  added.name = name;
  added.follows_up = is_follow_up(needs);
  for (const need& n : needs) {
    const fate how = fate_of(n.seq);
    const dependent d{seq, n.on, n.any_of};
    if (n.any_of != 0) {
      choice& its = added.choices[n.any_of];
      its.on = n.on;
      ++its.needs;
    }
    if (how == fate::open) {
      ++added.missing;
      jobs_.at(n.seq).dependents.push_back(d);
    } else if (!may_wait_on(added, d, how)) {
      const auto needed = jobs_.find(n.seq);
      const job forgotten{"an earlier job", fate::succeeded, false, 0, {}, {}};
      const job& cause = needed == jobs_.end() ? forgotten : needed->second;
      added.missing = 0;
      return spread({seq, fate::skipped}, {{}, {{seq, reason(cause, n.on)}}});
    }
  }
  if (added.missing == 0) {
    if (const choice* unmet = unmet_choice(added))
      return spread({seq, fate::skipped}, {{}, {{seq, reason(*unmet)}}});
    return {{seq}, {}};
  }
  return {};
}

needs_graph::step needs_graph::ended(std::uint64_t seq, verdict judged, bool tolerated) {
  switch (judged) {
    case verdict::succeeded:
      return spread({seq, fate::succeeded}, {});
    case verdict::failed:
      return spread({seq, tolerated ? fate::tolerated : fate::failed}, {});
    case verdict::skipped:
      return spread({seq, fate::skipped}, {});
    case verdict::cancelled:
      return spread({seq, fate::ended}, {});
    case verdict::not_started:
      return spread({seq, fate::dropped}, {});
  }
  return {};
}

bool needs_graph::follows_up(std::uint64_t seq) const {
  const auto found = jobs_.find(seq);
  return found != jobs_.end() && found->second.follows_up;
}

bool needs_graph::is_follow_up(std::span<const need> needs) const {
  const auto is_on_success = [](const need& n) { return n.on == need_on::success; };
  if (!std::ranges::all_of(needs, is_on_success)) return true;
  return !needs.empty() &&
         std::ranges::all_of(needs, [&](const need& n) { return follows_up(n.seq); });
}

// Skips spread from job to job: a list, not recursion, allows chains of any length.
needs_graph::step needs_graph::spread(ended_job first, step so_far) {
  std::vector<ended_job> more{first};
  while (!more.empty()) {
    const ended_job next = more.back();
    more.pop_back();
    end_one(next, so_far, more);
  }
  std::ranges::sort(so_far.ready);
  std::ranges::sort(so_far.skipped, {}, &skip::seq);
  return so_far;
}

void needs_graph::end_one(ended_job e, step& result, std::vector<ended_job>& more) {
  const auto found = jobs_.find(e.seq);
  if (found == jobs_.end() || found->second.how != fate::open) return;
  found->second.how = e.how;
  found->second.missing = 0;
  for (const dependent& d : std::exchange(found->second.dependents, {})) {
    const auto entry = jobs_.find(d.seq);
    if (entry == jobs_.end()) continue;
    job& waiting = entry->second;
    if (waiting.missing == 0) continue;  // skipped by another need
    const bool possible = may_wait_on(waiting, d, e.how);
    if (possible && --waiting.missing > 0) continue;
    waiting.missing = 0;
    const choice* const unmet = possible ? unmet_choice(waiting) : nullptr;
    if (possible && unmet == nullptr) {
      result.ready.push_back(d.seq);
      continue;
    }
    result.skipped.push_back({d.seq, unmet ? reason(*unmet) : reason(found->second, d.on)});
    more.push_back({d.seq, fate::skipped});
  }
  const bool as_if_unknown = e.how == fate::succeeded && !found->second.follows_up;
  if (as_if_unknown || found->second.name.empty())
    jobs_.erase(found);
  else
    remember(e.seq);
}

void needs_graph::remember(std::uint64_t seq) {
  known_.push_back(seq);
  if (known_.size() <= remembered_) return;
  jobs_.erase(known_.front());
  known_.pop_front();
}

}  // namespace weir
