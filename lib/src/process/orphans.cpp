#include "process/orphans.hpp"

#include <algorithm>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

#include "loop/cpu_time.hpp"
#include "loop/few_descriptors.hpp"
#include "process/pursuit.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

/// From the end of a job to the look at what it left: in a run of many short jobs, one look covers
/// all that end within this time.
constexpr auto look_after = 10ms;
/// Looks take at most this share of the time, whatever the number of children.
constexpr int share_of_looks = 50;
/// A zombie holds nothing but its number: collecting it may wait.
constexpr auto between_collections = 1s;

enum class children_state { none, none_ended, one_ended };

/// The cheapest question to ask about children.
/// \param ended set to one that is a zombie.
children_state ask_for_ended_child(pid_t& ended) {
  siginfo_t info{};
  if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return children_state::none;
  ended = info.si_pid;
  return ended == 0 ? children_state::none_ended : children_state::one_ended;
}

}  // namespace

orphans::orphans(timer_queue& timers, process_owners& owners, bool adopts, run_board* board)
    : timers_(timers), owners_(owners), adopts_(adopts), board_(board) {}

void orphans::leader_started() {
  if (adopts_ && !collection_.scheduled())
    timers_.schedule(collection_, between_collections, [this] { collect(); });
}

void orphans::leader_ended() {
  if (!adopts_) return owners_.looked();
  if (next_look_.scheduled()) return;
  const auto pause = std::max<timer_queue::clock::duration>(look_after, share_of_looks * cost_);
  timers_.schedule(next_look_, pause, [this] { look(); });
}

std::vector<pid_t> orphans::children() {
  std::vector<pid_t> all;
  // Most runs have no child left at their end, and many need to know no more than that.
  pid_t ended = 0;
  if (!children_.is_open() && ask_for_ended_child(ended) == children_state::none) return all;
  if (!proc_is_ours()) return all;
  if (auto listed = children_.read()) {
    if (descriptors_are_few()) children_.close();
    return std::move(*listed);
  }
  for (const process_entry& process : read_process_table())
    if (process.parent == ::getpid()) all.push_back(process.pid);
  return all;
}

void orphans::look() {
  if (!adopts_) return;
  // They cannot be seen: the board shows groups instead (group_ending).
  if (!proc_is_ours()) return owners_.looked();
  const auto begin = cpu_time();
  next_look_.cancel();
  std::vector<process_entry> found;
  // A child that has ended since they were listed may have left its own children to us.
  for (bool complete = false; !complete;) {
    complete = true;
    found.clear();
    for (const pid_t pid : children()) {
      if (owners_.is_leader(pid) || owners_.knows(pid)) continue;
      const auto process = read_process(pid);
      if (process && is_alive(*process))
        found.push_back(*process);
      else if (reap_one(pid))
        complete = false;
    }
  }
  const auto mark = [this](pid_t pid) { return mark_of(pid); };
  unclear_ = false;
  for (const process_entry& process : found) {
    const ownership owner = owners_.of_child(process, mark);
    if (owner.then == fate::unclear)
      unclear_ = true;  // not recorded: a later look knows more
    else
      owners_.add({process, owner});
  }
  if (!unclear_) owners_.looked();
  if (board_ != nullptr) board_->show(owners_.orphans());
  cost_ = cpu_time() - begin;
}

/// Orphans of that weir's jobs become its children: the first ancestor not in one of its jobs is
/// that weir itself, or its process in front.
const process_entry* orphans::inner_weir_of(const process_entry& process,
                                            const std::vector<process_entry>& table) const {
  bool inside = false;
  const process_entry* at = &process;
  for (int i = 0; i < deepest_ancestry && at != nullptr && at->pid != ::getpid(); ++i) {
    const marked_by marker = marker_of(at->pid, mark_);
    if (marker == marked_by::this_run) return inside ? at : nullptr;
    if (marker == marked_by::run_within) inside = true;
    at = find_process(table, at->parent);
  }
  return nullptr;
}

bool orphans::reap_one(pid_t pid) {
  if (::waitpid(pid, nullptr, WNOHANG) <= 0) return false;
  owners_.reaped(pid);
  return true;
}

bool orphans::any_of(attempt_id job) {
  for (;;) {
    look();
    bool lives = false;
    bool reaped = false;
    for (const orphan& each : owners_.orphans()) {
      if (each.of.job != job) continue;
      const bool ended = reap_one(each.process.pid);
      (ended ? reaped : lives) = true;
    }
    if (lives || unclear_) return true;
    // Those that have ended may have left others to us.
    if (!reaped) return false;
  }
}

const std::vector<orphan>& orphans::all() {
  do look();
  while (reap());
  return owners_.orphans();
}

void orphans::kill(const std::function<bool(const ownership&)>& wanted) {
  if (!adopts_ || !proc_is_ours()) return;
  const auto mark = [this](pid_t pid) { return mark_of(pid); };
  pursue(children_,
         {[this](pid_t pid) { return owners_.is_leader(pid); },
          [&](const process_entry& process) { return wanted(owners_.of_child(process, mark)); }});
  if (descriptors_are_few()) children_.close();
}

bool orphans::reap() {
  bool any = false;
  for (const pid_t pid : children())
    if (!owners_.is_leader(pid) && reap_one(pid)) any = true;
  return any;
}

void orphans::reap(const std::vector<process_entry>& table) {
  const pid_t self = ::getpid();
  for (const process_entry& process : table)
    if (process.parent == self && !is_alive(process) && !owners_.is_leader(process.pid))
      reap_one(process.pid);
}

void orphans::collect() {
  for (pid_t ended = 0;;) {
    const children_state found = ask_for_ended_child(ended);
    if (found == children_state::none) return;
    if (found == children_state::none_ended) break;
    if (owners_.is_leader(ended)) {
      reap();  // it is not ours to reap, and hides the others
      break;
    }
    reap_one(ended);
  }
  timers_.schedule(collection_, between_collections, [this] { collect(); });
}

}  // namespace weir
