#include "process/local_attempt.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace weir {

namespace {

resource_usage to_usage(const rusage& used) {
  const auto micros = [](const timeval& t) {
    return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
  };
  return {micros(used.ru_utime), micros(used.ru_stime),
          static_cast<std::uint64_t>(used.ru_maxrss) * 1024};
}

/// waitid(2) with a wait status and, unlike libc's, resource usage.
/// \returns the status, or nullopt while the process runs.
std::optional<int> wait_for(int pidfd, int options, rusage* used) {
  siginfo_t info{};
  long result;
  do {
    result = ::syscall(SYS_waitid, P_PIDFD, pidfd, &info, WEXITED | WNOHANG | options, used);
  } while (result < 0 && errno == EINTR);
  if (result < 0 || info.si_pid == 0) return std::nullopt;
  if (info.si_code == CLD_EXITED) return (info.si_status & 0xff) << 8;
  return info.si_status | (info.si_code == CLD_DUMPED ? 0x80 : 0);
}

attempt_times times_of(const attempt_request& request, const local_executor_settings& common) {
  return {request.job.settings->close_timeout.value_or(common.close_timeout), common.kill_timeout,
          common.wait_timeout};
}

}  // namespace

local_attempt::local_attempt(local_site& site, const attempt_request& request)
    : site_(site),
      request_(request),
      machine_(times_of(request, site.settings)),
      timeout_(request.timeout),
      ticket_(site.launcher, site.free_block()),
      exit_(*this),
      tree_({request.job.seq, request.attempt}, grace(), *this),
      input_(site, request_),
      output_(site, request_, machine_, tree_, *this) {
  ticket_.block()->fill(site_.environment, request_.job, request_.attempt, request_.slot,
                        request_.gpus);
  result_.started = std::chrono::steady_clock::now();
  result_.started_at = std::chrono::system_clock::now();
}

local_attempt::~local_attempt() {
  if (machine_.has_process()) {
    // Only if the loop is torn down under a running job: nothing may be left behind.
    ::kill(-child_.pid, SIGKILL);
    if (group_) group_->kill();
    ::syscall(SYS_waitid, P_PID, child_.pid, nullptr, WEXITED, nullptr);
    site_.reaped(tree_, fate::ends);
  } else if (machine_.is_ending_left()) {
    site_.sweeper.forget(tree_);
    site_.groups.let_go(child_.pid);
  }
  if (tree_.shields() > 0) site_.shields.forget_those_of(tree_);
  if (group_) site_.control_groups.over(std::move(group_), fate_of_left());
  site_.sweeper.linger_no_more(tree_);
  site_.forget(*this);
  if (ticket_.executing()) site_.give_back(ticket_.take_block());
}

awaitable<> local_attempt::wait() {
  return wake_.wait([this] { end(ending::terminate); });
}

void local_attempt::exit_watch::ready(poll_set::readiness) {
  attempt.check_exit();
  attempt.go_on_if_over();
}

void local_attempt::check_exit() {
  site_.launcher.child_exited();
  // While the tree is being ended, the zombie stays, to pin its number, which is also its group's.
  if (machine_.is_pinned()) {
    if (!is_zombie()) return;
    exit_.stop();  // a zombie stays readable
    return site_.sweeper.leader_ended(tree_);
  }
  rusage used{};
  const auto status = wait_for(child_.pidfd, 0, &used);
  if (!status) return;
  output_.take_unwatched();
  result_.how = decode_wait_status(*status);
  result_.usage = to_usage(used);
  const attempt_action next = machine_.exited(moment());
  main_gone();
  perform(next);
  look_for_left();
}

bool local_attempt::is_zombie() const {
  return wait_for(child_.pidfd, WNOWAIT, nullptr).has_value();
}

/// It may already have ended by itself without this having been noticed: then that is its outcome.
void local_attempt::notice_exit() {
  if (machine_.state() == attempt_state::running && is_zombie()) check_exit();
}

/// The same callback serves the whole tree of a main process, and what one has left.
void local_attempt::tree_gone() {
  const bool had_main = machine_.has_process();
  if (had_main) reap_main();
  const attempt_action next = machine_.tree_gone(moment());
  if (had_main) main_gone();
  perform(next);
  if (had_main && !proc_is_ours()) {
    site_.groups.tell_blindness();
    if (end_group(grace(), true)) machine_.group_stays(site_.timers.now());
  }
  maybe_over();
}

void local_attempt::reap_main() {
  rusage used{};
  if (const auto status = wait_for(child_.pidfd, 0, &used)) {
    result_.how = decode_wait_status(*status);
    result_.usage = to_usage(used);
  }
}

/// The main process has been reaped.
void local_attempt::main_gone() {
  if (foreground_) foreground_->take_from(child_.pid);
  stop_look_.cancel();
  exec_error_ = ticket_.exec_error();
  site_.reaped(tree_, fate_of_left());
  exit_.close();
  if (output_.is_open() || tree_.shields() > 0) site_.sweeper.linger(tree_);
}

void local_attempt::shields_gone() {
  perform(machine_.shields_gone(moment(), tree_.kills_shields()));
  // What it has left in its turn.
  if (machine_.state() == attempt_state::draining && !machine_.end_asked()) look_for_left();
  maybe_over();
}

void local_attempt::limit_time(duration from_start) {
  timeout_ = from_start;
  const duration run = std::chrono::steady_clock::now() - result_.started;
  machine_.limit(site_.timers.now() + std::max(from_start - run, duration{}));
  arm();
}

void local_attempt::deadline_passed() {
  armed_.reset();
  notice_exit();
  maybe_over();
}

attempt_moment local_attempt::moment() const {
  return {site_.timers.now(), output_.is_open(), tree_.shields() > 0};
}

void local_attempt::perform(attempt_action what) {
  switch (what) {
    case attempt_action::none:
      return;
    case attempt_action::terminate:
      return signal_tree(SIGTERM);
    case attempt_action::kill:
      return signal_tree(SIGKILL);
    case attempt_action::relent:
      tree_.relent();
      return site_.sweeper.hurry();
    case attempt_action::hurry:
      return site_.sweeper.hurry();
    case attempt_action::give_up:
      return give_up();
    case attempt_action::look_at_left:
      return perform(machine_.looked(any_left(), site_.timers.now()));
    case attempt_action::terminate_left:
      tell_left();
      return end_left(SIGTERM);
    case attempt_action::kill_left_at_once:
      tell_left();
      return end_left(SIGKILL);
    case attempt_action::kill_left:
      return kill_left();
    case attempt_action::give_up_left:
      return give_up_left();
    case attempt_action::end_shields:
      return site_.shields.end_those_of(tree_);
    case attempt_action::wait_for_holders:
      return output_.wait_for_holders();
    case attempt_action::let_go_of_output:
      return output_.let_go();
  }
}

/// Does what is due.
void local_attempt::catch_up() {
  if (suspended_at_) return;
  for (auto due = machine_.deadline(); due; due = machine_.deadline()) {
    const attempt_moment at = moment();
    if (at.now < *due) return;
    perform(machine_.expired(at));
  }
}

void local_attempt::arm() {
  const auto deadline = suspended_at_ ? std::nullopt : machine_.deadline();
  if (deadline == armed_) return;
  armed_ = deadline;
  if (deadline)
    site_.timers.schedule_at(timer_, *deadline, [this] { deadline_passed(); });
  else
    timer_.cancel();
}

/// To be called after anything has happened.
bool local_attempt::is_over() {
  catch_up();
  const bool over = machine_.conclude(output_.is_open(), tree_.shields() > 0);
  arm();
  if (over) result_.ended = std::chrono::steady_clock::now();
  return over;
}

/// The coroutine goes on in a later turn: callers may still use this.
void local_attempt::maybe_over() {
  if (is_over()) wake_.complete();
}

/// The last thing that a callback does: it may destroy this.
void local_attempt::go_on_if_over() {
  if (is_over()) wake_.complete_now();
}

bool local_attempt::was_killed_for_memory() const {
  return result_.group && result_.group->oom_kills.value_or(0) > 0;
}

/// What it died of is known if it was reaped, not given up.
outcome local_attempt::ended_by_us() const {
  const auto* const killed = std::get_if<signaled>(&result_.how);
  return cancelled{true, false, killed == nullptr ? 0 : killed->signal};
}

attempt_result local_attempt::result() {
  result_.bytes = output_.bytes();
  result_.leaked = output_.leaked();
  if (group_) result_.group = std::make_shared<const group_usage>(group_->usage());
  switch (machine_.ended_by()) {
    case attempt_end::open:
      break;  // it was never executed
    case attempt_end::itself:
      if (exec_error_ != 0)
        result_.how = failure(exec_error_);
      else if (machine_.end_asked() && tree_.shield_was_ended())
        result_.how = ended_by_us();
      else if (auto* const killed = std::get_if<signaled>(&result_.how))
        killed->for_memory = killed->signal == SIGKILL && was_killed_for_memory();
      break;
    case attempt_end::request:
      // A main process that was shielded to its end has ended by itself.
      if (!tree_.leader_is_shield() || tree_.shield_was_ended()) result_.how = ended_by_us();
      break;
    case attempt_end::timeout:
      result_.how = weir::timed_out{*timeout_};
      break;
    case attempt_end::dropped:
      result_.how = cancelled{false};
      break;
  }
  return std::move(result_);
}

}  // namespace weir
