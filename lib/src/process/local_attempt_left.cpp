// What a job leaves running when it ends by itself, and may not leave.
#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include <signal.h>

#include <fmt/format.h>

#include "process/local_attempt.hpp"
#include "process/local_executor.hpp"
#include "values/judge.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

/// What a shell did not wait for, as `tee` in `> >(tee log)` of bash, ends soon after it.
constexpr auto time_to_end = 500ms;
constexpr auto between_looks = 20ms;

}  // namespace

leftover_rule local_attempt::rule() const {
  return request_.job.settings->leftovers.value_or(owner_.settings_.leftovers);
}

fate local_attempt::fate_of_left() const {
  const bool ended_well =
      ended_by_itself_ && judge(result_.how, *request_.job.settings) != verdict::failed;
  return ended_well && rule() == leftover_rule::leave ? fate::left : fate::ends;
}

/// Costs a system call or two where the job may not leave anything, or another rule than the run's
/// is to be recorded with what it left. All others are looked at together, later.
void local_attempt::look_for_left() {
  if (exec_error_ != 0) return;
  const bool failed = judge(result_.how, *request_.job.settings) == verdict::failed;
  const bool may_leave = !failed && rule() != leftover_rule::fail;
  if (may_leave) {
    if (!proc_is_ours())
      owner_.groups_.keep(child_.pid, tree_.job, fate_of_left());
    else if (rule() != owner_.settings_.leftovers)
      owner_.orphans_.look();
    return;
  }
  if (failed && !proc_is_ours()) owner_.groups_.tell_blindness();
  if (!any_left()) return;
  leaves_some_ = true;
  left_until_ = std::chrono::steady_clock::now() + time_to_end;
  owner_.timers_.schedule(left_watch_, between_looks, [this] { watch_left(); });
}

bool local_attempt::any_left() {
  return proc_is_ours() ? owner_.orphans_.any_of(tree_.job) : group_ending::has_members(child_.pid);
}

/// May destroy this.
void local_attempt::watch_left() {
  if (!any_left()) {
    leaves_some_ = false;
    return go_on_if_over();
  }
  if (std::chrono::steady_clock::now() >= left_until_) return end_left(SIGTERM);
  owner_.timers_.schedule(left_watch_, between_looks, [this] { watch_left(); });
}

void local_attempt::end_left(int signal) {
  left_watch_.cancel();
  if (ending_left_ && signal != SIGKILL) return;
  const bool again = std::exchange(ending_left_, true);
  if (!again) tell_left();
  if (signal == SIGKILL)
    owner_.timers_.schedule(unyielding_, owner_.settings_.kill_timeout, [this] { give_up_left(); });
  if (!proc_is_ours()) return again ? owner_.groups_.hurry(child_.pid) : end_group(signal);
  tree_.leader_ended = true;
  owner_.sweeper_.begin(tree_, signal);
  if (signal == SIGKILL) return kill_.cancel();
  owner_.timers_.schedule(kill_, grace(), [this] { end_left(SIGKILL); });
}

/// A job fails for what it may not leave; of one that has failed it is said beside that.
void local_attempt::tell_left() {
  std::string what = name_left();
  if (what.empty()) return;
  if (judge(result_.how, *request_.job.settings) != verdict::failed)
    result_.how = left_running{std::move(what)};
  else if (owner_.on_left_ended)
    owner_.on_left_ended(request_.job, what);
}

/// KILL has had no effect: that is named, the run goes on.
void local_attempt::give_up_left() {
  if (tree_.shields > 0) return;
  const std::size_t named = owner_.sweeper_.survivors().size();
  owner_.sweeper_.give_up(tree_);
  auto living = std::span(owner_.sweeper_.survivors()).subspan(named);
  process_entry group;
  group.pid = child_.pid;
  if (!proc_is_ours()) {
    owner_.groups_.let_go(child_.pid);
    living = std::span(&group, 1);
  }
  leaves_some_ = ending_left_ = false;
  if (!living.empty() && owner_.on_survivors) owner_.on_survivors(request_.job, living);
  maybe_over();
}

/// One of them, for people.
std::string local_attempt::name_left() {
  if (!proc_is_ours()) return fmt::format("process group {}", child_.pid);
  const auto& left = owner_.orphans_.all();
  const auto first =
      std::ranges::find(left, tree_.job, [](const orphan& each) { return each.of.job; });
  if (first == left.end()) return {};
  return fmt::format("process {} ({})", first->process.pid, read_command(first->process.pid));
}

/// Where its group is all that is known of it.
/// \param signal what it is to get now; 0: it was told.
void local_attempt::end_group(int signal) {
  ending_left_ = true;
  leaves_some_ = owner_.groups_.end(child_.pid, signal == SIGKILL ? duration{} : grace(),
                                    signal == 0, [this] { group_gone(); });
  if (!leaves_some_) return group_gone();
  if (signal != SIGKILL) owner_.timers_.schedule(kill_, grace(), [this] { end_left(SIGKILL); });
}

void local_attempt::group_gone() {
  leaves_some_ = ending_left_ = false;
  kill_.cancel();
  unyielding_.cancel();
  maybe_over();
}

}  // namespace weir
