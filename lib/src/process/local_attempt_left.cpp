// What a job leaves running when it ends by itself, but may not leave.
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <signal.h>

#include <fmt/format.h>

#include "process/local_attempt.hpp"
#include "values/judge.hpp"

namespace weir {

leftover_rule local_attempt::rule() const {
  return request_.job.settings->leftovers.value_or(site_.settings.leftovers);
}

/// What it leaves says nothing about any job: it is ended, whatever jobs may leave.
bool local_attempt::is_gate() const {
  return request_.job.seq == 0;
}

fate local_attempt::fate_of_left() const {
  if (is_gate()) return fate::ends;
  const bool ended_well = machine_.ended_by() == attempt_end::itself &&
                          judge(result_.how, *request_.job.settings) != verdict::failed;
  return ended_well && rule() == leftover_rule::leave ? fate::left : fate::ends;
}

/// Costs a system call or two if the job may not leave anything, or if a rule other than the run's
/// has to be recorded with what it left. All others are looked at together, later.
void local_attempt::look_for_left() {
  if (exec_error_ != 0) return;
  const bool failed = judge(result_.how, *request_.job.settings) == verdict::failed;
  const bool may_leave = !is_gate() && !failed && rule() != leftover_rule::fail;
  if (may_leave) {
    if (!proc_is_ours())
      site_.groups.keep(child_.pid, tree_.job(), fate_of_left());
    else if (rule() != site_.settings.leftovers)
      site_.orphans.look();
    return;
  }
  if (failed && !is_gate() && !proc_is_ours()) site_.groups.tell_blindness();
  if (any_left()) machine_.leaves_some(site_.timers.now());
}

/// One that lives, and has no shield: those that have are waited for.
std::optional<pid_t> local_attempt::one_left() {
  const auto has_shield = [this](const process_entry& process) {
    return tree_.shields() > 0 && site_.sweeper.is_spared(process);
  };
  for (const orphan& each : site_.orphans.all())
    if (each.of.job == tree_.job() && !has_shield(each.process)) return each.process.pid;
  for (const pid_t pid : group_ ? group_->processes() : std::vector<pid_t>()) {
    const auto process = read_process(pid);
    if (process && !has_shield(*process)) return pid;
  }
  return std::nullopt;
}

bool local_attempt::any_left() {
  if (tree_.shields() > 0 && proc_is_ours()) return one_left().has_value();
  if (group_ && group_->is_populated()) return true;
  return proc_is_ours() ? site_.orphans.any_of(tree_.job()) : group_ending::has_members(child_.pid);
}

void local_attempt::end_left(int signal) {
  if (!proc_is_ours()) {
    const bool stays = end_group(signal == SIGKILL ? duration{} : grace(), false);
    if (!stays) perform(machine_.tree_gone(moment()));
    return;
  }
  site_.sweeper.begin(tree_, signal);
}

void local_attempt::kill_left() {
  if (proc_is_ours())
    site_.sweeper.begin(tree_, SIGKILL);
  else
    site_.groups.hurry(child_.pid);
}

/// For when its group is all that is known of it.
/// \returns whether the group has members, which are then ended.
bool local_attempt::end_group(duration grace, bool told) {
  return site_.groups.end(child_.pid, grace, told, [this] { tree_gone(); });
}

/// A job fails for leaving what it may not leave; if it has failed anyway, that is reported in
/// addition.
void local_attempt::tell_left() {
  std::string what = name_left();
  if (what.empty()) return;
  if (is_gate()) {
    if (!std::exchange(site_.gate_left_told, true))
      site_.tell(warning{fmt::format("{} left {} running: ending it", request_.job.text, what)});
  } else if (judge(result_.how, *request_.job.settings) != verdict::failed) {
    result_.how = left_running{std::move(what)};
  } else {
    site_.tell(warning{
        fmt::format("job {} failed and left {} running: ending it", request_.job.seq, what)});
  }
}

/// Names one of them, for people.
std::string local_attempt::name_left() {
  if (!proc_is_ours()) return fmt::format("process group {}", child_.pid);
  const auto left = one_left();
  return left ? fmt::format("process {} ({})", *left, read_command(*left)) : std::string();
}

void local_attempt::give_up_left() {
  const std::size_t named = site_.sweeper.survivors().size();
  site_.sweeper.give_up(tree_);
  auto living = std::span(site_.sweeper.survivors()).subspan(named);
  process_entry group;
  group.pid = child_.pid;
  if (!proc_is_ours()) {
    site_.groups.let_go(child_.pid);
    living = std::span(&group, 1);
  }
  site_.tell_stuck(request_.job, living);
}

}  // namespace weir
