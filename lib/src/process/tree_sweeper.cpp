#include "process/tree_sweeper.hpp"

#include <algorithm>
#include <utility>

#include <signal.h>

namespace weir {

namespace {

using namespace std::chrono_literals;

/// A look at the process table is shared by all that happens within this time.
constexpr auto fresh_for = 10ms;
constexpr auto shortest_pause = 3ms;
/// They may take a minute, and tell themselves when they have ended.
constexpr auto pause_for_shields = 200ms;

}  // namespace

tree_sweeper::tree_sweeper(timer_queue& timers, process_owners& owners, orphans& left,
                           run_board* board)
    : timers_(timers), owners_(owners), orphans_(left), board_(board) {}

void tree_sweeper::add_leader(tree& t) {
  owners_.starts(t.leader, t.job, t.since);
  t.index = running_.size();
  running_.push_back(&t);
  if (board_ != nullptr) t.place = board_->put(t.leader, t.job, t.since);
  divided_ = nullptr;
  orphans_.leader_started();
}

void tree_sweeper::remove_leader(tree& t, fate then) {
  owners_.ends(t.leader, then);
  let_go(t);
  if (board_ != nullptr) board_->take_back(t.place);
  divided_ = nullptr;
  t.leader = 0;
  orphans_.leader_ended();
}

void tree_sweeper::let_go(tree& t) {
  if (t.index == tree::nowhere) return;
  running_.back()->index = t.index;
  std::swap(running_[t.index], running_.back());
  running_.pop_back();
  t.index = tree::nowhere;
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

tree_sweeper::tree* tree_sweeper::running_tree_of(pid_t pid) {
  // Somebody waits for the answer: no picture of the whole machine.
  const auto table = read_ancestry(pid);
  const process_entry* const process = find_process(table, pid);
  if (process == nullptr) return nullptr;
  const attempt_id job = owners_.of(*process, table, spared(), marks()).job;
  if (job.seq == 0) return nullptr;
  tree* found = nullptr;
  for (const auto* trees : {&running_, &lingering_})
    for (tree* const t : *trees)
      if (t->job == job) found = t;
  return found != nullptr && found->signal == 0 ? found : nullptr;
}

void tree_sweeper::hurry() {
  next_.cancel();
  schedule();
}

process_owners::predicate tree_sweeper::spared() const {
  return [this](const process_entry& process) { return is_spared(process); };
}

process_owners::mark_reader tree_sweeper::marks() const {
  return [this](pid_t pid) { return orphans_.mark_of(pid); };
}

void tree_sweeper::read_table() {
  const auto begin = timer_queue::clock::now();
  table_ = read_process_table();
  table_read_ = timer_queue::clock::now();
  table_cost_ = table_read_ - begin;
  divided_ = nullptr;
}

/// On a machine with very many processes a picture takes long: then it is used for longer.
const std::vector<process_entry>& tree_sweeper::recent_table() {
  const auto age = timer_queue::clock::now() - table_read_;
  if (age > std::max<timer_queue::clock::duration>(fresh_for, 4 * table_cost_)) read_table();
  return table_;
}

std::vector<process_entry> tree_sweeper::members_of(const tree& t) {
  recent_table();
  if (divided_ == nullptr) divided_ = &owners_.divide(table_, spared(), marks());
  std::vector<process_entry> members;
  const auto job = [](const auto& owned) { return owned.first.job; };
  for (const auto& [owner, process] : std::ranges::equal_range(*divided_, t.job, {}, job))
    members.push_back(process);
  return members;
}

void tree_sweeper::signal_tree(const tree& t, int signal) {
  const auto members = members_of(t);
  ::kill(-t.leader, signal);
  for (const auto& process : members)
    if (process.group != t.leader) signal_process(process, signal);
}

void tree_sweeper::begin(tree& t, int signal) {
  if (std::find(ending_.begin(), ending_.end(), &t) == ending_.end()) ending_.push_back(&t);
  t.signal = signal;
  t.left = members_of(t);
  t.told.clear();
  tell(t, t.left);
  schedule();
}

void tree_sweeper::tell(tree& t, const std::vector<process_entry>& members) {
  if (t.shields == 0 && t.leader != 0) {
    ::kill(-t.leader, t.signal);
    // A stopped process would not see TERM before it is continued.
    if (t.signal == SIGTERM) ::kill(-t.leader, SIGCONT);
  }
  for (const auto& process : members) tell_one(t, process);
}

void tree_sweeper::tell_one(tree& t, const process_entry& process) {
  const std::pair told{process.pid, process.start_time};
  const bool again = std::find(t.told.begin(), t.told.end(), told) != t.told.end();
  if (!again) t.told.push_back(told);
  // TERM once: a second one would end the cleaning up that the first one began.
  const bool told_as_group = t.shields == 0 && t.leader != 0 && process.group == t.leader;
  if (told_as_group || (again && t.signal != SIGKILL)) return;
  if (t.signal == SIGKILL && t.shields > 0 && waits_for_spared(process)) return;
  signal_process(process, t.signal);
  if (t.signal == SIGTERM) signal_process(process, SIGCONT);
}

void tree_sweeper::leader_ended(tree& t) {
  t.leader_ended = true;
  schedule();
}

void tree_sweeper::forget(tree& t) {
  std::erase(ending_, &t);
}

void tree_sweeper::give_up(tree& t) {
  t.left = members_of(t);
  survivors_.insert(survivors_.end(), t.left.begin(), t.left.end());
  forget(t);
  let_go(t);  // its number stays a main process's: nobody reaps it
}

void tree_sweeper::schedule() {
  bool needed = false;
  bool only_shields = true;
  for (const tree* t : ending_) {
    if (!t->leader_ended && t->signal != SIGKILL) continue;
    needed = true;
    if (t->shields == 0) only_shields = false;
  }
  if (!needed || next_.scheduled()) return;
  // Reading the table of a busy machine takes long: never more than a fifth of the time.
  const timer_queue::clock::duration pause = std::max<timer_queue::clock::duration>(
      only_shields ? pause_for_shields : shortest_pause, 4 * table_cost_);
  timers_.schedule(next_, pause, [this] { sweep(); });
}

void tree_sweeper::sweep() {
  read_table();
  for (tree* t : ending_) t->left = members_of(*t);
  orphans_.reap(table_);

  std::vector<tree*> gone;
  for (tree* t : ending_) {
    if (t->leader_ended && t->left.empty() && t->shields == 0)
      gone.push_back(t);
    else if (t->signal == SIGKILL)
      tell(*t, t->left);
    else if (t->leader_ended)
      for (const auto& process : t->left)
        if (process.group != t->leader) tell_one(*t, process);
  }
  for (tree* t : gone) {
    std::erase(ending_, t);
    t->gone();
  }
  schedule();
}

}  // namespace weir
