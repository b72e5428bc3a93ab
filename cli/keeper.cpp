#include "keeper.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <fmt/format.h>

#include <weir/outcome.hpp>

#include "engine_remains.hpp"
#include "files/terminal_echo.hpp"
#include "last_words.hpp"
#include "process/control_group_end.hpp"
#include "process/process_table.hpp"

namespace weir::cli {

namespace {

/// Meanings of the engine's exit status beyond the run's own, which are below 128 or, for dialects,
/// 255: a signal that the keeper is to die of; or that the engine left in disorder, and with which
/// status. If a signal really killed the engine, that was a crash.
constexpr int by_signal = 128;
constexpr int in_disorder = 160;
constexpr int beyond_disorder = 192;
/// For 255, with which GNU parallel reports an error.
constexpr int status_255 = beyond_disorder - 1 - in_disorder;

/// How long the engine alone may be stopped. A shell's SIGSTOP to the whole group arrives within
/// that.
constexpr timespec before_continuing{0, 100'000'000};

/// Children that this process had before it became weir, as after `service & exec weir`.
std::vector<process_entry> children_from_before() {
  siginfo_t info{};
  const bool none = ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD;
  if (none) return {};
  auto table = read_process_table();
  std::erase_if(table, [](const auto& process) { return process.parent != ::getpid(); });
  return table;
}

/// Signals that kill who does not know them. One that goes to the whole process group, as from
/// `timeout -s ABRT`, must leave one of us for the jobs: the engine dies of it.
sigset_t what_would_kill() {
  sigset_t deadly;
  ::sigemptyset(&deadly);
  for (const int signal : {SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ, SIGIO, SIGPWR, SIGSTKFLT,
                           SIGABRT, SIGTRAP, SIGSYS, SIGILL, SIGBUS, SIGFPE, SIGSEGV})
    ::sigaddset(&deadly, signal);  // a fault of our own kills all the same
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) ::sigaddset(&deadly, signal);
  return deadly;
}

class keeper {
 public:
  keeper(pid_t engine, const sigset_t& heard, std::vector<process_entry> strangers,
         run_board& board, token_pipe* tokens)
      : engine_(engine),
        heard_(heard),
        board_(board),
        tokens_(tokens),
        remains_(board, std::move(strangers)) {
    const sigset_t deadly = what_would_kill();
    ::sigorset(&heard_, &heard_, &deadly);
    ::sigaddset(&heard_, SIGCHLD);
    ::sigdelset(&heard_, SIGWINCH);
  }

  [[noreturn]] void keep() {
    let_go_of_descriptors();
    pass_on_what_came_early();
    for (;;) {
      siginfo_t info{};
      const int stop = engine_stopped_by();
      const bool stopped_alone = stop != 0 && stop != SIGTSTP;
      const int signal =
          ::sigtimedwait(&heard_, &info, stopped_alone ? &before_continuing : nullptr);
      if (signal > 0)
        hear(signal, info);
      else if (errno == EAGAIN)
        continue_engine();
    }
  }

 private:
  /// Pipes must end, and locks be released, when the engine does so. stderr stays for last words.
  void let_go_of_descriptors() const {
    ::close(STDIN_FILENO);
    ::close(STDOUT_FILENO);
    unsigned first = STDERR_FILENO + 1;
    if (tokens_ != nullptr) {
      const auto spared = static_cast<unsigned>(tokens_->fd());
      if (spared > first) ::syscall(SYS_close_range, first, spared - 1, 0U);
      first = spared + 1;
    }
    ::syscall(SYS_close_range, first, ~0U, 0U);
  }

  /// Signals sent before there was an engine are pending here, whoever sent them. Later ones may
  /// have reached both: the engine counts what comes both ways once.
  void pass_on_what_came_early() {
    sigset_t stops = heard_;
    for (const int signal : {SIGCHLD, SIGCONT}) ::sigdelset(&stops, signal);
    constexpr timespec now{0, 0};
    for (int signal; (signal = ::sigtimedwait(&stops, nullptr, &now)) > 0;) ::kill(engine_, signal);
  }

  void hear(int signal, const siginfo_t& info) {
    if (signal == SIGCHLD) return look_at_children();
    if (signal == SIGCONT) return continue_engine();
    // The terminal signals the whole process group, in which the engine is until it is asked to
    // end; but a hangup goes only to the leader of the session.
    const bool to_group = info.si_code == SI_KERNEL && ::getpgid(engine_) == ::getpgrp();
    if (ends_run(signal)) terminal_stops_no_more();
    if (!to_group || (signal == SIGHUP && ::getsid(0) == ::getpid())) ::kill(engine_, signal);
  }

  /// Includes orphans left by the engine and, as PID 1, those of anybody.
  void look_at_children() {
    for (;;) {
      int status = 0;
      const pid_t child = ::waitpid(-1, &status, WNOHANG);
      if (child <= 0) break;
      if (child == engine_) end_as(status);
    }
    if (engine_stopped_by() == SIGTSTP) stop_with_engine();
  }

  /// The signal by which the engine is stopped now; 0 if it is running. Any but its own SIGTSTP,
  /// such as from a job's `kill -STOP $PPID`, would leave the run deaf: it is undone.
  int engine_stopped_by() const {
    siginfo_t info{};
    const auto id = static_cast<id_t>(engine_);
    if (::waitid(P_PID, id, &info, WSTOPPED | WNOHANG | WNOWAIT) != 0) return 0;
    return info.si_pid == engine_ ? info.si_status : 0;
  }

  /// The shell watches this process: once the engine has stopped its jobs and itself, so do we.
  void stop_with_engine() {
    if (stops_until_continued()) continue_engine();
  }

  /// \returns whether a SIGCONT came.
  bool stops_until_continued() {
    const sigcont_watch continued;
    if (continued.came()) return true;
    ::raise(SIGTSTP);
    // A SIGCONT from here on cancels the pending stop; an earlier one may have set the engine
    // running.
    if (continued.came() || engine_stopped_by() == 0)
      take_pending(SIGTSTP);
    else
      deliver_pending(SIGTSTP);
    return continued.came();
  }

  /// The SIGCONT of `fg` goes to both of us, that of `kill` only to this process. The engine may be
  /// about to stop: a SIGTSTP is on its way to it, or has it stop its jobs first.
  void continue_engine() {
    // If Ctrl-Z has been pressed again already, the engine was rightly stopped again.
    if (!is_pending(SIGTSTP)) ::kill(engine_, SIGCONT);
  }

  /// What the run has made of control groups goes with it.
  void remove_group() const {
    if (const std::string group = board_.group(); !group.empty()) remove_run_group(group);
  }

  [[noreturn]] void end_as(int status) {
    // Keys are hidden where progress is drawn, with the cursor at its first line, which may stay.
    if (board_.hidden_echo() != 0 && WIFSIGNALED(status)) write_if_possible("\r\n\x1b[J\x1b[A");
    show_keys(board_.hidden_echo());  // an engine that was killed has not
    if (WIFEXITED(status)) {
      if (const int own = board_.status_to_leave_with()) ::_exit(own);
      const int code = WEXITSTATUS(status);
      const bool disorder = code >= in_disorder && code < beyond_disorder;
      if (disorder) remains_.end();
      remove_group();
      if (tokens_ != nullptr) tokens_->close_down();
      if (disorder) ::_exit(code - in_disorder == status_255 ? 255 : code - in_disorder);
      if (code > by_signal && code < in_disorder) die_by(code - by_signal);
      ::_exit(code);
    }
    const bool all_ended = remains_.end();
    remove_group();
    if (tokens_ != nullptr) tokens_->close_down();
    if (all_ended)
      say_last(fmt::format("weir: killed by {}; all its jobs were ended",
                           signal_name(WTERMSIG(status))));
    die_by(WTERMSIG(status));
  }

  const pid_t engine_;
  sigset_t heard_;
  run_board& board_;
  token_pipe* const tokens_;
  const engine_remains remains_;
};

/// The engine's side: it stops its run when the keeper dies. SIGCONT is the only signal that both
/// wakes a stopped process and can be caught.
void watch_keeper(pid_t front) {
  ::prctl(PR_SET_PDEATHSIG, SIGCONT, 0, 0, 0);
  if (::getppid() != front) ::raise(SIGCONT);
  // `killall -9 weir` must not hit both.
  ::prctl(PR_SET_NAME, "weir-engine", 0, 0, 0);
}

}  // namespace

void kept::leave(int status) const {
  if (by_keeper && status >= by_signal) board->leave_with(status);
  ::_exit(status);
}

void kept::leave_by(int signal) const {
  if (by_keeper) ::_exit(by_signal + signal);
  die_by(signal);
}

void kept::leave_in_disorder(int status) const {
  const int told = status == 255 ? status_255 : status;
  ::_exit(by_keeper ? in_disorder + told : status);
}

kept divide(signals& heard, token_pipe* tokens) {
  const pid_t front = ::getpid();
  auto strangers = children_from_before();
  static run_board board;
  // Both sides need these in place before the other can act: the engine's jobs may run before the
  // keeper does.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  sigset_t before;
  sigset_t more = what_would_kill();
  ::sigaddset(&more, SIGCHLD);
  ::pthread_sigmask(SIG_BLOCK, &more, &before);
  const pid_t engine = ::fork();
  if (engine > 0) keeper(engine, heard.caught(), std::move(strangers), board, tokens).keep();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (engine < 0) return {front, false, nullptr, tokens};
  heard.has_in_front(front);
  watch_keeper(front);
  return {front, true, &board, tokens};
}

}  // namespace weir::cli
