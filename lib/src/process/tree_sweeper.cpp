#include "process/tree_sweeper.hpp"

#include <algorithm>
#include <utility>

#include <signal.h>

#include "loop/cpu_time.hpp"
#include "process/control_group_run.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

/// A look at the process table is shared by everything that happens within this time.
constexpr auto fresh_for = 10ms;
constexpr auto shortest_pause = 3ms;
/// More often, it is we who keep the machine busy.
constexpr auto between_pursuits = 15ms;
/// They may take a minute, and signal themselves when they have ended.
constexpr auto pause_for_shields = 200ms;

/// Reading the table of a busy machine takes long: never spend more than a fifth of the time on it.
timer_queue::clock::duration pause_after(timer_queue::clock::duration cost) {
  return std::max<timer_queue::clock::duration>(shortest_pause, 4 * cost);
}

}  // namespace

void tree_sweeper::add_leader(process_tree& t) {
  owners_.starts(t.leader(), t.job(), t.since());
  t.index_ = running_.size();
  running_.push_back(&t);
  if (board_ != nullptr) t.place_ = board_->put(t.leader(), t.job(), t.since());
  divided_ = nullptr;
}

void tree_sweeper::remove_leader(process_tree& t, fate then) {
  owners_.ends(t.leader(), then);
  let_go(t);
  if (board_ != nullptr) board_->take_back(t.place_);
  divided_ = nullptr;
  t.leader_reaped();
}

void tree_sweeper::let_go(process_tree& t) {
  if (t.index_ == process_tree::nowhere) return;
  running_.back()->index_ = t.index_;
  std::swap(running_[t.index_], running_.back());
  running_.pop_back();
  t.index_ = process_tree::nowhere;
}

void tree_sweeper::spare(pid_t pid) {
  spared_.push_back(pid);
  divided_ = nullptr;
}

void tree_sweeper::spare_no_more(pid_t pid) {
  std::erase(spared_, pid);
  divided_ = nullptr;
}

bool tree_sweeper::is_spared(const process_entry& process) const {
  return std::any_of(spared_.begin(), spared_.end(), [&](pid_t pid) { return process.is_of(pid); });
}

bool tree_sweeper::waits_for_spared(const process_entry& process) const {
  return std::any_of(spared_.begin(), spared_.end(), [&](pid_t pid) {
    const process_entry* const spared = find_process(table_, pid);
    return spared != nullptr && branch_of(process.pid, *spared, table_) != nullptr;
  });
}

process_tree* tree_sweeper::running_tree_of(pid_t pid) {
  // Somebody waits for the answer: do not look at the whole machine.
  const auto table = read_ancestry(pid);
  const process_entry* const process = find_process(table, pid);
  if (process == nullptr) return nullptr;
  const attempt_id job = owners_.of(*process, table, spared(), marks()).job;
  if (job.seq == 0) return nullptr;
  process_tree* found = nullptr;
  for (const auto* trees : {&running_, &lingering_})
    for (process_tree* const t : *trees)
      if (t->job() == job) found = t;
  return found != nullptr && found->signal() == 0 ? found : nullptr;
}

/// In a tree that is being ended, all have had TERM. If the main process has ended by itself, only
/// what it left waiting for the shield is of interest.
void tree_sweeper::signal_around_shields(process_tree& t, int signal) {
  if (signal == SIGKILL) t.kill_shields();
  if (t.signal() == 0) {
    for (const auto& process : members_of(t)) {
      if (!waits_for_spared(process)) continue;
      signal_process(process, signal);
      if (signal == SIGTERM) signal_process(process, SIGCONT);
    }
  } else if (signal == SIGKILL) {
    begin(t, SIGKILL);
  }
}

void tree_sweeper::hurry() {
  next_.cancel();
  schedule();
}

process_owners::predicate tree_sweeper::spared() const {
  return [this](const process_entry& process) { return is_spared(process); };
}

process_tree::surroundings tree_sweeper::around() const {
  // One that has ended, of which we have not heard yet, leaves work to what waited for it; which
  // process did can no longer be seen.
  const bool all_there = std::ranges::all_of(
      spared_, [this](pid_t pid) { return find_process(table_, pid) != nullptr; });
  return {
      [=, this](const process_entry& process) { return !all_there || waits_for_spared(process); },
      [this](const process_entry& process) { return orphans_.inner_weir_of(process, table_); }};
}

void tree_sweeper::read_table() {
  const auto begin = cpu_time();
  table_ = read_process_table();
  table_read_ = timer_queue::clock::now();
  table_cost_ = cpu_time() - begin;
  divided_ = nullptr;
}

/// On a machine with very many processes, a picture takes long, so it is used for longer.
const std::vector<process_entry>& tree_sweeper::recent_table() {
  const auto age = timer_queue::clock::now() - table_read_;
  if (age > std::max<timer_queue::clock::duration>(fresh_for, 4 * table_cost_)) read_table();
  return table_;
}

process_tree::members tree_sweeper::members_of(const process_tree& t) {
  recent_table();
  if (divided_ == nullptr) divided_ = &owners_.divide(table_, spared(), marks());
  process_tree::members members;
  const auto job = [](const auto& owned) { return owned.first.job; };
  for (const auto& [owner, process] : std::ranges::equal_range(*divided_, t.job(), {}, job))
    members.push_back(process);
  add_group(t, members);
  return members;
}

/// What has left its parents, its session and its environment is in the control group still. Where
/// something in there is shielded, whose each is has to be told by other things.
void tree_sweeper::add_group(const process_tree& t, process_tree::members& to) const {
  if (t.control_group() == nullptr || t.spares()) return;
  for (const pid_t pid : t.control_group()->processes()) {
    if (pid == t.leader() || std::ranges::count(to, pid, &process_entry::pid) > 0) continue;
    const auto process = read_process(pid);
    if (process && is_alive(*process)) to.push_back(*process);
  }
}

void tree_sweeper::signal_tree(const process_tree& t, int signal) {
  const auto members = members_of(t);
  ::kill(-t.leader(), signal);
  for (const auto& process : members)
    if (process.group != t.leader()) signal_process(process, signal);
}

void tree_sweeper::begin(process_tree& t, int signal) {
  if (std::find(ending_.begin(), ending_.end(), &t) == ending_.end()) ending_.push_back(&t);
  const auto members = members_of(t);
  send(t, t.begin(signal, members, around()));
  schedule();
}

/// A stopped process would not see TERM until it is continued.
void tree_sweeper::send(const process_tree& t, const process_tree::orders& orders) {
  const bool wake = t.signal() == SIGTERM;
  const bool to_all = t.signal() == SIGKILL && !t.spares() && t.control_group() != nullptr;
  // With what left the group, as root can.
  if (to_all && t.control_group()->kill() && orders.processes.empty()) return;
  if (orders.group) {
    ::kill(-t.leader(), t.signal());
    if (wake) ::kill(-t.leader(), SIGCONT);
  }
  for (const auto& process : orders.processes) {
    signal_process(process, t.signal());
    if (wake) signal_process(process, SIGCONT);
  }
}

void tree_sweeper::leader_ended(process_tree& t) {
  t.end_of_leader();
  schedule();
}

void tree_sweeper::forget(process_tree& t) {
  std::erase(ending_, &t);
}

void tree_sweeper::give_up(process_tree& t) {
  const auto left = members_of(t);
  survivors_.insert(survivors_.end(), left.begin(), left.end());
  forget(t);
  let_go(t);  // its number is still a main process's: nobody reaps it
}

void tree_sweeper::schedule() {
  bool needed = false;
  bool only_shields = true;
  for (const process_tree* t : ending_) {
    if (!t->wants_looks()) continue;
    needed = true;
    if (!t->spares()) only_shields = false;
  }
  if (!needed || next_.scheduled()) return;
  auto pause = pause_after(table_cost_);
  if (only_shields) pause = std::max<timer_queue::clock::duration>(pause, pause_for_shields);
  timers_.schedule(next_, pause, [this] { sweep(); });
}

process_owners::mark_reader tree_sweeper::marks() const {
  return [this](pid_t pid) { return orphans_.mark_of(pid); };
}

/// Where the kernel keeps no list of our children, the child of one that ended while the table was
/// read may be missing, and whose an orphan is may be unclear for a moment: orphans are looked for;
/// if one is missing twice, it is not the tree's.
bool tree_sweeper::has_gone(process_tree& t, const process_tree::members& left) {
  const bool in_group = t.control_group() != nullptr && t.control_group()->is_populated();
  if (!t.has_gone(left) || in_group) {
    t.looked_gone_ = false;
    return false;
  }
  return std::exchange(t.looked_gone_, true) || !orphans_.any_of(t.job());
}

/// Kills what moves on, of trees all of which is killed. It does so often, and first thing when we
/// get a processor: on a busy machine that is when nothing comes between the list and the signal.
void tree_sweeper::pursue() {
  const auto is_killed = [](const process_tree* t) {
    return t->signal() == SIGKILL && !t->spares();
  };
  if (!std::ranges::any_of(ending_, is_killed)) return;
  const auto begin = cpu_time();
  orphans_.kill([&](const ownership& of) {
    return std::ranges::any_of(
        ending_, [&](const process_tree* t) { return is_killed(t) && t->job() == of.job; });
  });
  const auto pause =
      std::max<timer_queue::clock::duration>(between_pursuits, pause_after(cpu_time() - begin));
  timers_.schedule(pursuit_, pause, [this] { pursue(); });
}

void tree_sweeper::sweep() {
  pursue();
  read_table();
  std::vector<process_tree::members> left;
  for (const process_tree* t : ending_) left.push_back(members_of(*t));
  orphans_.reap(table_);

  std::vector<process_tree*> gone;
  for (std::size_t i = 0; i < ending_.size(); ++i) {
    process_tree& t = *ending_[i];
    if (has_gone(t, left[i]))
      gone.push_back(&t);
    else
      send(t, t.look(left[i], around()));
  }
  for (process_tree* t : gone) {
    std::erase(ending_, t);
    t->tell_gone();
  }
  schedule();
}

}  // namespace weir
