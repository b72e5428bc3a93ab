#include "process/leftover_ending.hpp"

#include <algorithm>
#include <utility>

#include <signal.h>
#include <unistd.h>

#include "loop/cpu_time.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

constexpr auto first_leftover_pause = 5ms;
/// How long the kernel may take to remove what was killed.
constexpr auto kill_deadline = 2s;

bool is_among(const std::vector<process_entry>& some, const process_entry& process) {
  return std::ranges::any_of(some, [&](const process_entry& other) {
    return other.pid == process.pid && other.start_time == process.start_time;
  });
}

}  // namespace

void leftover_ending::begin(std::vector<process_entry> given_up, bool unknown_too, duration grace,
                            std::function<void()> done) {
  given_up_ = std::move(given_up);
  unknown_too_ = unknown_too;
  done_ = std::move(done);
  if (!proc_is_ours()) groups_.end_kept(grace);
  if (grace == duration{}) return hurry();
  timers_.schedule(deadline_, grace, [this] { hurry(); });
  step();
}

void leftover_ending::hurry() {
  if (!done_) return;
  if (std::exchange(killing_, true)) {
    next_.cancel();
    deadline_.cancel();
    return std::exchange(done_, nullptr)();
  }
  timers_.schedule(deadline_, kill_deadline, [this] { hurry(); });
  step();
}

bool leftover_ending::is_to_end(const ownership& of) const {
  return of.then == fate::ends || (of.then == fate::open && unknown_too_);
}

std::vector<pid_t> leftover_ending::orphans_to_end() {
  std::vector<pid_t> all;
  for (const orphan& each : orphans_.all())
    if (is_to_end(each.of)) all.push_back(each.process.pid);
  return all;
}

/// Those of `tops` that live, and their descendants.
std::vector<process_entry> leftover_ending::members(const std::vector<pid_t>& tops) {
  std::vector<process_entry> found;
  const std::vector<pid_t> in_groups = control_groups_.kept_processes();
  if (tops.empty() && in_groups.empty()) return found;
  table_ = read_process_table();
  for (const process_entry& process : table_) {
    const process_entry* const top = branch_of(::getpid(), process, table_);
    const bool is_one = (top != nullptr && std::ranges::count(tops, top->pid) > 0) ||
                        std::ranges::count(in_groups, process.pid) > 0;
    if (is_one && is_alive(process) && !is_among(given_up_, process)) found.push_back(process);
  }
  return found;
}

/// Where the kernel keeps no list of our children, the child of one that ended while the table was
/// read may be missing. By then it is an orphan, so the orphans have to be the same before and
/// after.
bool leftover_ending::nothing_left(const std::vector<pid_t>& tops) {
  return left_.empty() && groups_.empty() && !orphans_.unclear() &&
         (tops.empty() || orphans_to_end() == tops);
}

void leftover_ending::tell(const process_entry& process) {
  if (killing_) {
    signal_process(process, SIGKILL);
  } else if (!is_among(told_, process) && orphans_.inner_weir_of(process, table_) == nullptr) {
    // Once: a second TERM would end the clean-up that the first one began.
    told_.push_back(process);
    signal_process(process, SIGTERM);
    signal_process(process, SIGCONT);
  }
}

void leftover_ending::step() {
  const auto begin = cpu_time();
  const std::vector<pid_t> tops = orphans_to_end();
  left_ = members(tops);
  if (killing_) {
    groups_.hurry();
    control_groups_.kill_kept();
  }
  if (nothing_left(tops)) {
    next_.cancel();
    deadline_.cancel();
    return std::exchange(done_, nullptr)();
  }
  for (const process_entry& process : left_) tell(process);
  // And what has moved on since the table was read.
  if (killing_) orphans_.kill([this](const ownership& of) { return is_to_end(of); });
  // Never spend more than a fifth of the time on it.
  const auto cost = cpu_time() - begin;
  timers_.schedule(next_, std::max<timer_queue::clock::duration>(first_leftover_pause, 4 * cost),
                   [this] { step(); });
}

}  // namespace weir
