// How an attempt is ended early, given up, or suspended.
#include <span>

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/local_attempt.hpp"

namespace weir {

void local_attempt::end_alone(ending how) {
  machine_.ends_alone();
  end(how);
}

void local_attempt::end(ending how) {
  notice_exit();
  if (machine_.state() == attempt_state::over) return;
  go_on();
  const bool kills = how == ending::kill;
  if (kills) tree_.kill_shields();  // first: so all of the job gets it before what is shielded
  perform(machine_.end(how, moment()));
  if (kills) site_.shields.kill_those_of(tree_);
  maybe_over();
}

duration local_attempt::grace() const {
  return request_.job.settings->close_timeout.value_or(site_.settings.close_timeout);
}

void local_attempt::signal_tree(int signal) {
  // Until it executes, the child may not have a group: only its pidfd is certain.
  if (!ticket_.executing()) ::syscall(SYS_pidfd_send_signal, child_.pidfd, signal, nullptr, 0);
  site_.sweeper.begin(tree_, signal);
}

void local_attempt::give_up() {
  output_.take_rest();
  const std::size_t named = site_.sweeper.survivors().size();
  let_go_of_all();
  site_.reaped(tree_, fate::ends);
  const auto& all = site_.sweeper.survivors();
  site_.tell_stuck(request_.job, std::span(all).subspan(named));
}

void local_attempt::abandon() {
  if (machine_.is_ending_left()) site_.groups.let_go(child_.pid);
  machine_.abandoned();
  let_go_of_all();
}

void local_attempt::let_go_of_all() {
  input_.close();
  output_.close();
  exit_.close();
  site_.sweeper.give_up(tree_);
  site_.shields.forget_those_of(tree_);
  arm();
}

/// Resumes its timers. When all of a run is suspended, time stands still for it, too.
void local_attempt::go_on() {
  freeze(false);
  if (!suspended_at_) return;
  machine_.postpone(site_.timers.now() - *suspended_at_);
  suspended_at_.reset();
  arm();
}

/// What stands still hears no signal but KILL.
void local_attempt::freeze(bool now) {
  if (frozen_ != now && group_ && group_->freeze(now)) frozen_ = now;
}

void local_attempt::suspend() {
  if (!suspended_at_) suspended_at_ = site_.timers.now();
  arm();
  freeze(true);
  if (frozen_) return;
  if (tree_.shields() > 0) site_.shields.signal_those_of(tree_, SIGSTOP);
  if (!machine_.has_process() || tree_.leader_ended()) return;
  if (!ticket_.executing()) ::syscall(SYS_pidfd_send_signal, child_.pidfd, SIGSTOP, nullptr, 0);
  site_.sweeper.signal_tree(tree_, SIGSTOP);
}

/// Like any process that reads a terminal from the background (SIGTTIN); `fg` lets the job go on.
void local_attempt::stop_in_background() {
  if (!foreground_->is_with(child_.pid) && site_.settings.stopped_in_foreground)
    site_.settings.stopped_in_foreground();
}

/// The kernel reports this only by SIGCHLD, and a loop that waits for that would wake for each job.
void local_attempt::look_whether_stopped() {
  using namespace std::chrono_literals;
  siginfo_t stopped{};
  ::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(child_.pidfd), &stopped,
           WSTOPPED | WNOHANG);
  if (stopped.si_pid != 0) {
    foreground_->take_from(child_.pid);
    if (site_.settings.stopped_in_foreground) site_.settings.stopped_in_foreground();
  }
  site_.timers.schedule(stop_look_, 200ms, [this] { look_whether_stopped(); });
}

void local_attempt::resume() {
  go_on();
  if (foreground_ && machine_.has_process()) {
    if (foreground_->is_with(child_.pid)) foreground_->give_to(child_.pid);
    stop_in_background();
  }
  if (tree_.shields() > 0) site_.shields.signal_those_of(tree_, SIGCONT);
  if (!machine_.has_process() || tree_.leader_ended()) return;
  ::syscall(SYS_pidfd_send_signal, child_.pidfd, SIGCONT, nullptr, 0);
  site_.sweeper.signal_tree(tree_, SIGCONT);
}

}  // namespace weir
