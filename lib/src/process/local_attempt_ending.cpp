// How an attempt is ended before its time, or stopped: its tree, and what is shielded in it.
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "process/local_attempt.hpp"
#include "process/local_executor.hpp"

namespace weir {

void local_attempt::abandon() {
  out_.close();
  err_.close();
  exit_.close();
  owner_.sweeper_.give_up(tree_);
  if (ending_left_) owner_.groups_.let_go(child_.pid);
  owner_.shields_.forget_those_of(tree_);
  limit_.cancel();
  kill_.cancel();
  holders_.cancel();
  unyielding_.cancel();
  left_watch_.cancel();
  leaves_some_ = false;
  reaped_ = true;  // nobody waits for it, the destructor neither
}

void local_attempt::time_out() {
  if (exited_ || ending_) return;
  timed_out_ = true;
  end(ending::terminate);
}

/// A run that is being stopped gives up as a whole. A timeout is the job's own affair: the run goes
/// on, and what will not die is only named.
void local_attempt::give_up_after_kill() {
  if (!timed_out_ || tree_.shields > 0) return;
  owner_.timers_.schedule(unyielding_, owner_.settings_.kill_timeout, [this] {
    for (channel* c : {&out_, &err_})
      if (c->is_open()) take_rest(*c);
    const std::size_t named = owner_.sweeper_.survivors().size();
    abandon();
    owner_.sweeper_.remove_leader(tree_, fate::ends);
    --owner_.running_;
    const auto& all = owner_.sweeper_.survivors();
    if (owner_.on_survivors) owner_.on_survivors(request_.job, std::span(all).subspan(named));
    maybe_over();
  });
}

void local_attempt::end(ending how) {
  const bool kill = how == ending::kill;
  if (kill ? killing_ : ending_) return;
  // It may have ended by itself already, only not been looked at: then that is its outcome.
  if (!ending_ && !reaped_ && is_zombie()) check_exit();
  ending_ = true;
  killing_ = kill;
  wait_for_shields();
  if (reaped_) return end_without_process();
  signal_ending(kill ? SIGKILL : SIGTERM);
  if (kill) return give_up_after_kill();
  owner_.timers_.schedule(kill_, grace(), [this] { end(ending::kill); });
}

duration local_attempt::grace() const {
  return request_.job.settings->close_timeout.value_or(owner_.settings_.close_timeout);
}

/// The tree is being ended but for its shields, or has ended.
void local_attempt::wait_for_shields() {
  if (tree_.shields == 0 || shield_limit_.scheduled()) return;
  owner_.timers_.schedule(shield_limit_, owner_.settings_.wait_timeout,
                          [this] { owner_.shields_.end_those_of(tree_); });
}

/// A weir or a shell that outlived its grace because it waited for a shield has its work to finish.
void local_attempt::end_what_waited() {
  if (killing_ && !owner_.shields_.kills()) {
    killing_ = false;
    unyielding_.cancel();
    tree_.signal = SIGTERM;
    owner_.timers_.schedule(kill_, grace(), [this] { end(ending::kill); });
  }
  owner_.sweeper_.hurry();
}

void local_attempt::shields_gone() {
  shield_limit_.cancel();
  if (!reaped_) {
    if (ending_) end_what_waited();
    return;
  }
  if (ending_)
    let_go_of_holders();
  else
    wait_for_holders();
  maybe_over();
}

/// Nothing runs: at most a descendant holds the output, or a start waits for room. Both may destroy
/// this.
void local_attempt::end_without_process() {
  if (!exited_) return room_.complete();
  if (leaves_some_) end_left(killing_ ? SIGKILL : SIGTERM);
  if (tree_.shields == 0) let_go_of_holders();
}

void local_attempt::signal_ending(int signal) {
  // Before it executes, the child may not have a group yet: only its pidfd is certain.
  if (!ticket_.executing()) ::syscall(SYS_pidfd_send_signal, child_.pidfd, signal, nullptr, 0);
  owner_.sweeper_.begin(tree_, signal);
}

void local_attempt::suspend() {
  if (tree_.shields > 0) owner_.shields_.signal_those_of(tree_, SIGSTOP);
  if (reaped_ || exited_) return;
  if (!ticket_.executing()) ::syscall(SYS_pidfd_send_signal, child_.pidfd, SIGSTOP, nullptr, 0);
  owner_.sweeper_.signal_tree(tree_, SIGSTOP);
}

void local_attempt::resume() {
  if (tree_.shields > 0) owner_.shields_.signal_those_of(tree_, SIGCONT);
  if (reaped_ || exited_) return;
  ::syscall(SYS_pidfd_send_signal, child_.pidfd, SIGCONT, nullptr, 0);
  owner_.sweeper_.signal_tree(tree_, SIGCONT);
}

}  // namespace weir
