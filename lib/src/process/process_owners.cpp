#include "process/process_owners.hpp"

#include <algorithm>
#include <tuple>

namespace weir {

namespace {

bool is_same(const process_entry& a, const process_entry& b) {
  return a.pid == b.pid && a.start_time == b.start_time;
}

}  // namespace

/// Within a clock tick, the process numbers tell which came first.
bool process_owners::leader::can_have_started(const process_entry& process) const {
  return since < process.start_time || (since == process.start_time && pid < process.pid);
}

process_owners::process_owners(pid_t root, pid_t session, fate unrecorded)
    : root_(root), session_(session), unrecorded_(unrecorded) {}

void process_owners::starts(pid_t pid, attempt_id job, std::uint64_t since) {
  const auto place = std::ranges::upper_bound(leaders_, pid, {}, &leader::pid);
  leaders_.insert(place, {pid, job, since, fate::open});
}

void process_owners::ends(pid_t pid, fate then) {
  const auto place = std::ranges::lower_bound(leaders_, pid, {}, &leader::pid);
  if (place == leaders_.end() || place->pid != pid) return;
  ended_.push_back(*place);
  ended_.back().then = then;
  for (orphan& each : orphans_)
    if (each.of.job == place->job) each.of.then = then;
  leaders_.erase(place);
}

const process_owners::leader* process_owners::find_leader(pid_t pid) const {
  const auto place = std::ranges::lower_bound(leaders_, pid, {}, &leader::pid);
  return place != leaders_.end() && place->pid == pid ? &*place : nullptr;
}

bool process_owners::knows(pid_t pid) const {
  return std::ranges::any_of(
      orphans_, [&](const orphan& each) { return !each.gone && each.process.pid == pid; });
}

void process_owners::reaped(pid_t pid) {
  for (orphan& each : orphans_)
    if (each.process.pid == pid) each.gone = true;
}

void process_owners::looked() {
  std::erase_if(orphans_, [](const orphan& each) { return each.gone; });
  ended_.clear();
}

/// What happens to the processes of a job known only by its number.
ownership process_owners::of_job(attempt_id job) const {
  if (job.seq == 0) return {};
  const auto is_it = [&](const leader& each) { return each.job == job; };
  if (std::ranges::any_of(leaders_, is_it)) return {job, fate::open};
  if (const auto it = std::ranges::find_if(ended_, is_it); it != ended_.end())
    return {job, it->then};
  for (const orphan& each : orphans_)
    if (each.of.job == job) return each.of;
  return {job, unrecorded_};
}

/// A process seen before may since have made a group or session of its own, which has its number.
bool process_owners::is_with(const process_entry& process, const process_entry& known) const {
  return process.group == known.group || process.group == known.pid ||
         process.session == known.pid ||
         (process.session == known.session && process.session != session_);
}

const ownership* process_owners::by_record(const process_entry& process) const {
  for (const orphan& each : orphans_)
    if (is_same(process, each.process)) return &each.of;
  const auto known = std::ranges::lower_bound(divided_by_pid_, process.pid, {},
                                              [](const recorded& r) { return r.second.pid; });
  return known != divided_by_pid_.end() && is_same(process, known->second) ? &known->first
                                                                           : nullptr;
}

/// A number stays a group's or session's as long as it has a member, so it still is that of the
/// record.
bool process_owners::by_number(const process_entry& process, ownership& owner) const {
  for (const leader& each : ended_)
    if (process.group == each.pid || process.session == each.pid) {
      owner = {each.job, each.then};
      return true;
    }
  for (const orphan& each : orphans_)
    if (each.of.job.seq != 0 && is_with(process, each.process)) {
      owner = each.of;
      return true;
    }
  for (const auto& [of, known] : divided_)
    if (is_with(process, known)) {
      owner = of;
      return true;
    }
  return false;
}

bool process_owners::by_what_is_led(const process_entry& process, ownership& owner) const {
  for (const pid_t number : {process.pid, process.group, process.session})
    if (const leader* const led_by = find_leader(number)) {
      owner = {led_by->job, fate::open};
      return true;
    }
  return false;
}

/// Either only one of the jobs that ran since the last look can have started it, or all that can
/// have leave what they started. If none of them can have, it is of a job that had ended before.
ownership process_owners::by_time(const process_entry& process) const {
  std::optional<ownership> found;
  for (const auto* jobs : {&leaders_, &ended_})
    for (const leader& each : *jobs) {
      if (!each.can_have_started(process)) continue;
      const bool same_fate = !found || found->then == each.then;
      const bool same_job = !found || found->job == each.job;
      found = {same_job ? each.job : attempt_id{}, same_fate ? each.then : fate::open};
    }
  return found.value_or(ownership{{}, unrecorded_});
}

ownership process_owners::of_child(const process_entry& process, const mark_reader& marks) const {
  ownership owner;
  if (by_what_is_led(process, owner)) return owner;
  if (const ownership* const known = by_record(process)) return *known;
  if (by_number(process, owner)) return owner;
  const auto marked = marks(process.pid);
  if (!marked) return {{}, fate::unclear};
  return marked->seq != 0 ? of_job(*marked) : by_time(process);
}

ownership process_owners::of(const process_entry& process, const std::vector<process_entry>& table,
                             const predicate& spared, const mark_reader& marks) const {
  const process_entry* at = &process;
  for (int i = 0; i < deepest_ancestry && at != nullptr && at->pid != root_; ++i) {
    if (spared(*at)) return {};
    if (at->parent == root_) return of_child(*at, marks);
    ownership owner;
    if (by_what_is_led(*at, owner)) return owner;
    if (const ownership* const known = by_record(*at)) return *known;
    at = find_process(table, at->parent);
  }
  return {};
}

const std::vector<std::pair<ownership, process_entry>>& process_owners::divide(
    const std::vector<process_entry>& table, const predicate& spared, const mark_reader& marks) {
  std::vector<recorded> now;
  for (const process_entry& process : table) {
    if (!is_alive(process)) continue;
    const ownership owner = of(process, table, spared, marks);
    if (owner != ownership{} && owner.then != fate::unclear) now.emplace_back(owner, process);
  }
  divided_by_pid_ = now;  // in the order of the table
  std::ranges::sort(now, {}, [](const recorded& r) {
    return std::tuple(r.first, r.second.start_time, r.second.pid);
  });
  divided_ = std::move(now);
  return divided_;
}

}  // namespace weir
