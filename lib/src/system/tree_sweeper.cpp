#include "system/tree_sweeper.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weir::system {

namespace {

using namespace std::chrono_literals;

/// A look at the process table is shared by all that happens within this time.
constexpr auto fresh_for = 10ms;
constexpr auto shortest_pause = 3ms;
/// They may take a minute, and tell themselves when they have ended.
constexpr auto pause_for_shields = 200ms;
/// A zombie holds nothing but its number: collecting them may wait.
constexpr auto between_collections = 1s;

enum class children { none, none_ended, one_ended };

/// The cheapest question that there is about children. \param ended is one that is a zombie.
children look_at_children(pid_t& ended) {
  siginfo_t info{};
  if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return children::none;
  ended = info.si_pid;
  return ended == 0 ? children::none_ended : children::one_ended;
}

}  // namespace

tree_sweeper::tree_sweeper(timer_queue& timers, bool adopts_orphans, pid_t known_as)
    : timers_(timers), adopts_orphans_(adopts_orphans), known_as_(std::to_string(known_as)) {}

void tree_sweeper::add_leader(tree& t) {
  const auto place = std::pair{t.leader, &t};
  leaders_.insert(std::upper_bound(leaders_.begin(), leaders_.end(), place), place);
  owners_known_ = false;
  if (adopts_orphans_ && !collection_.scheduled())
    timers_.schedule(collection_, between_collections, [this] { collect(); });
}

void tree_sweeper::remove_leader(pid_t pid) {
  if (const led_tree* const known = find_leader(pid))
    leaders_.erase(leaders_.begin() + (known - leaders_.data()));
  owners_known_ = false;
}

void tree_sweeper::spare(pid_t pid) {
  spared_.push_back(pid);
  owners_known_ = false;
}

void tree_sweeper::spare_no_more(pid_t pid) {
  std::erase(spared_, pid);
  owners_known_ = false;
}

const tree_sweeper::led_tree* tree_sweeper::find_leader(pid_t pid) const {
  const auto place =
      std::lower_bound(leaders_.begin(), leaders_.end(), pid,
                       [](const auto& led, pid_t wanted) { return led.first < wanted; });
  return place != leaders_.end() && place->first == pid ? &*place : nullptr;
}

bool tree_sweeper::is_leader(pid_t pid) const {
  return find_leader(pid) != nullptr;
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
  const owner whose = owner_of(*process, table);
  tree* found = nullptr;
  if (const led_tree* const known = find_leader(whose.leader)) found = known->second;
  if (whose.seq != 0) {
    for (const auto& [number, t] : leaders_)
      if (t->seq == whose.seq) found = t;
    for (tree* const t : lingering_)
      if (t->seq == whose.seq) found = t;
  }
  return found != nullptr && found->signal == 0 ? found : nullptr;
}

void tree_sweeper::hurry() {
  next_.cancel();
  schedule();
}

std::uint64_t tree_sweeper::seq_in_environment(pid_t pid) const {
  // A weir inside a job numbers its own jobs: only what names this run counts.
  if (read_environment_of(pid, "PARALLEL_PID") != known_as_) return 0;
  const auto text = read_environment_of(pid, "WEIR_SEQ").value_or("");
  std::uint64_t seq = 0;
  std::from_chars(text.data(), text.data() + text.size(), seq);
  return seq;
}

tree_sweeper::owner tree_sweeper::owner_of(const process_entry& process,
                                           const std::vector<process_entry>& table) const {
  const pid_t self = ::getpid();
  constexpr int deepest = 4096;  // a picture that is not atomic could hold a circle
  const process_entry* at = &process;
  for (int i = 0; i < deepest && at != nullptr && at->pid != self; ++i) {
    if (is_spared(*at)) return {};
    if (is_leader(at->pid)) return {at->pid, 0};
    if (is_leader(at->group)) return {at->group, 0};
    if (is_leader(at->session)) return {at->session, 0};
    if (at->parent == self) return {0, adopts_orphans_ ? seq_in_environment(at->pid) : 0};
    at = find_process(table, at->parent);
  }
  return {};
}

void tree_sweeper::read_table() {
  const auto begin = timer_queue::clock::now();
  table_ = read_process_table();
  table_read_ = timer_queue::clock::now();
  table_cost_ = table_read_ - begin;
  owners_known_ = false;
}

/// On a machine with very many processes a picture takes long: then it is used for longer.
const std::vector<process_entry>& tree_sweeper::recent_table() {
  const auto age = timer_queue::clock::now() - table_read_;
  if (age > std::max<timer_queue::clock::duration>(fresh_for, 4 * table_cost_)) read_table();
  return table_;
}

void tree_sweeper::find_owners() {
  if (owners_known_) return;
  owned_.clear();
  for (const auto& process : table_) {
    if (!is_alive(process)) continue;
    const owner whose = owner_of(process, table_);
    if (whose != owner{}) owned_.emplace_back(whose, &process);
  }
  std::sort(owned_.begin(), owned_.end());
  owners_known_ = true;
}

std::vector<process_entry> tree_sweeper::members_of(pid_t leader, std::uint64_t seq) {
  recent_table();
  find_owners();
  std::vector<process_entry> members;
  const auto add = [&](const owner& wanted) {
    if (wanted == owner{}) return;
    for (auto at = std::lower_bound(owned_.begin(), owned_.end(),
                                    std::pair<owner, const process_entry*>(wanted, nullptr));
         at != owned_.end() && at->first == wanted; ++at)
      members.push_back(*at->second);
  };
  add({leader, 0});
  add({0, seq});
  return members;
}

void tree_sweeper::signal_tree(pid_t leader, std::uint64_t seq, int signal) {
  const auto members = members_of(leader, seq);
  ::kill(-leader, signal);
  for (const auto& process : members)
    if (process.group != leader) signal_process(process, signal);
}

void tree_sweeper::begin(tree& t, int signal) {
  if (std::find(ending_.begin(), ending_.end(), &t) == ending_.end()) ending_.push_back(&t);
  t.signal = signal;
  t.left = members_of(t.leader, t.seq);
  t.told.clear();
  tell(t, t.left);
  schedule();
}

void tree_sweeper::tell(tree& t, const std::vector<process_entry>& members) {
  if (t.shields == 0) {
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
  const bool told_as_group = t.shields == 0 && process.group == t.leader;
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
  t.left = members_of(t.leader, t.seq);
  survivors_.insert(survivors_.end(), t.left.begin(), t.left.end());
  forget(t);
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
  for (tree* t : ending_) t->left = members_of(t->leader, t->seq);
  if (adopts_orphans_) reap_orphans();

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

bool tree_sweeper::is_orphan(const process_entry& process) const {
  return process.parent == ::getpid() && !is_leader(process.pid);
}

void tree_sweeper::reap_orphans() {
  for (const auto& process : recent_table())
    if (is_orphan(process) && !is_alive(process)) ::waitpid(process.pid, nullptr, WNOHANG);
}

void tree_sweeper::collect() {
  for (pid_t ended = 0;;) {
    const children found = look_at_children(ended);
    if (found == children::none) return;
    if (found == children::none_ended) break;
    if (is_leader(ended)) {
      // Not ours to reap, and it hides the others.
      read_table();
      reap_orphans();
      break;
    }
    ::waitpid(ended, nullptr, WNOHANG);
  }
  timers_.schedule(collection_, between_collections, [this] { collect(); });
}

unsigned tree_sweeper::kill_orphans(const std::function<bool(std::uint64_t)>& spare) {
  read_table();
  unsigned living = 0;
  const pid_t self = ::getpid();
  for (const auto& process : table_) {
    if (!is_alive(process) || is_leader(process.pid)) continue;
    const process_entry* top = branch_of(self, process, table_);
    if (top == nullptr || is_leader(top->pid)) continue;
    if (const auto seq = seq_in_environment(top->pid); seq != 0 && spare(seq)) continue;
    ++living;
    signal_process(process, SIGKILL);
  }
  reap_orphans();
  return living;
}

unsigned tree_sweeper::count_orphans() {
  pid_t ended = 0;
  // The picture of all processes of a machine takes longer than many a run.
  if (look_at_children(ended) == children::none) return 0;
  read_table();
  reap_orphans();
  return static_cast<unsigned>(
      std::count_if(table_.begin(), table_.end(),
                    [&](const auto& process) { return is_alive(process) && is_orphan(process); }));
}

}  // namespace weir::system
