#include "process/group_ending.hpp"

#include <algorithm>
#include <utility>

#include <signal.h>
#include <sys/wait.h>

namespace weir {

namespace {

using namespace std::chrono_literals;

constexpr auto between_group_looks = 10ms;

/// Zombies keep a group's number in use, and can be signalled.
void reap_group(pid_t group) {
  while (::waitpid(-group, nullptr, WNOHANG) > 0) {
  }
}

bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

}  // namespace

void group_ending::tell_blindness() {
  if (const auto tell = std::exchange(on_blindness, nullptr))
    tell(
        "/proc is missing, or belongs to another pid namespace: jobs are ended by their process "
        "groups "
        "only");
}

/// Orphans become our children, so without children there are none.
void group_ending::tell_what_is_unseen() {
  if (!adopts_ || !left().empty()) return;
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
  if (has_children()) tell_blindness();
}

bool group_ending::has_members(pid_t group) {
  reap_group(group);
  return ::kill(-group, 0) == 0;
}

bool group_ending::end(pid_t group, duration grace, bool told, std::function<void()> gone) {
  if (!has_members(group)) return false;
  if (!told) {
    ::kill(-group, SIGTERM);
    ::kill(-group, SIGCONT);
  }
  groups_.push_back({group, timer_queue::clock::now() + grace, std::move(gone)});
  if (!next_.scheduled()) timers_.schedule(next_, between_group_looks, [this] { step(); });
  return true;
}

void group_ending::hurry(pid_t group) {
  for (ended_group& one : groups_)
    if (one.group == group) one.kill_at = timer_queue::clock::now();
  next_.cancel();
  timers_.schedule(next_, 0ms, [this] { step(); });
}

void group_ending::let_go(pid_t group) {
  for (ended_group& one : groups_)
    if (one.group == group) one.gone = nullptr;
}

void group_ending::hurry() {
  for (ended_group& one : groups_) one.kill_at = timer_queue::clock::now();
  if (!groups_.empty()) step();
}

void group_ending::keep(pid_t group, attempt_id job, fate then) {
  if (!adopts_ || !has_members(group)) return;
  orphan seen;
  seen.process.pid = seen.process.group = group;
  seen.of = {job, then};
  kept_.push_back(seen);
  if (board_ != nullptr) board_->show(kept_);
}

void group_ending::end_kept(duration grace) {
  for (const orphan& each : left())
    if (each.of.then != fate::left) end(each.process.group, grace, false, nullptr);
}

/// A child of ours in the group proves that the number still belongs to the group that was kept.
bool group_ending::is_left(pid_t group) const {
  if (owners_.is_leader(group)) return false;
  reap_group(group);
  siginfo_t info{};
  const auto id = static_cast<id_t>(group);
  return ::waitid(P_PGID, id, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

std::vector<orphan> group_ending::left() {
  std::erase_if(kept_, [this](const orphan& each) { return !is_left(each.process.group); });
  return kept_;
}

bool group_ending::is_gone(const ended_group& one) const {
  // If a main process has that number, the group was empty at some time.
  if (owners_.is_leader(one.group)) return true;
  reap_group(one.group);
  const bool kill = timer_queue::clock::now() >= one.kill_at;
  return ::kill(-one.group, kill ? SIGKILL : 0) != 0;
}

void group_ending::step() {
  std::vector<ended_group> gone;
  std::erase_if(groups_, [&](ended_group& one) {
    const bool is_it = is_gone(one);
    if (is_it) gone.push_back(std::move(one));
    return is_it;
  });
  if (!groups_.empty() && !next_.scheduled())
    timers_.schedule(next_, between_group_looks, [this] { step(); });
  for (const ended_group& one : gone)
    if (one.gone) one.gone();
}

}  // namespace weir
