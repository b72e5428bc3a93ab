#include "signals.hpp"

#include <cerrno>
#include <csignal>
#include <utility>

#include <sys/resource.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <weir/error.hpp>

#include "loop/ending.hpp"

namespace weir::cli {

namespace {

using namespace std::chrono_literals;

/// Wrappers and terminals send the same signal twice: npm, timeout --foreground, a shell and a
/// kernel.
constexpr auto same_signal_within = 300ms;
/// The process in front needs a processor to pass a signal on.
constexpr auto passed_on_within = 5s;

/// Writing fails with EPIPE or EFBIG, which is handled where it happens.
void ignore_failed_write(int) {}

bool is_ignored(int signal) {
  struct sigaction action {};
  return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

/// \returns the previous one.
struct sigaction set_disposition(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  struct sigaction before {};
  ::sigaction(signal, &action, &before);
  return before;
}

/// What a handler of SIGCONT needs; set while ends_at_once lives.
void (*end_by_front)(int) = nullptr;
pid_t front_to_look_at = 0;

void end_without_front(int) {
  if (front_to_look_at != 0 && ::getppid() != front_to_look_at) end_by_front(SIGTERM);
}

void ignore_stops_by_terminal() {
  for (const int signal : {SIGTTIN, SIGTTOU}) set_disposition(signal, SIG_IGN);
}

/// A system call that the terminal stops in the background begins anew with each SIGCONT, and so
/// would be stopped again before anybody could hear the SIGTERM of a shell's `kill %1`.
void stop_by_terminal(int signal) {
  const int error = errno;
  if (!is_ending()) {
    const auto ours = set_disposition(signal, SIG_DFL);
    sigset_t stop;
    ::sigemptyset(&stop);
    ::sigaddset(&stop, signal);
    ::raise(signal);
    ::pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
    ::pthread_sigmask(SIG_BLOCK, &stop, nullptr);
    ::sigaction(signal, &ours, nullptr);
  }
  if (is_ending()) ignore_stops_by_terminal();
  errno = error;
}

}  // namespace

ends_at_once::ends_at_once(const signals& heard, void (*end)(int)) : heard_(heard.caught()) {
  for (const int signal : {SIGUSR1, SIGUSR2}) ::sigdelset(&heard_, signal);
  end_by_front = end;
  front_to_look_at = heard.front();
  for (std::size_t i = 0; i < stops.size(); ++i) {
    if (::sigismember(&heard_, stops[i]) != 1) continue;
    before_[i] = set_disposition(stops[i], stops[i] == SIGCONT ? end_without_front : end);
  }
  ::pthread_sigmask(SIG_UNBLOCK, &heard_, nullptr);
}

ends_at_once::~ends_at_once() {
  ::pthread_sigmask(SIG_BLOCK, &heard_, nullptr);
  for (std::size_t i = 0; i < stops.size(); ++i)
    if (::sigismember(&heard_, stops[i]) == 1) ::sigaction(stops[i], &before_[i], nullptr);
}

signals::signals() : inherited_(inherited_state::current()) {
  ::sigemptyset(&caught_);
  for (const int signal : {SIGINT, SIGHUP, SIGQUIT, SIGTSTP})
    if (!is_ignored(signal)) ::sigaddset(&caught_, signal);
  for (const int signal : {SIGTERM, SIGCONT, SIGUSR1, SIGUSR2, SIGWINCH})
    ::sigaddset(&caught_, signal);
  ::pthread_sigmask(SIG_BLOCK, &caught_, nullptr);

  // A handler instead of SIG_IGN: each start of a job resets it to the default at no cost. An
  // inherited SIG_IGN stays, here and in jobs.
  for (const int signal : {SIGPIPE, SIGXFSZ})
    if (!is_ignored(signal)) set_disposition(signal, ignore_failed_write);
  for (const int signal : {SIGTTIN, SIGTTOU})
    if (!is_ignored(signal)) set_disposition(signal, stop_by_terminal);
  // An inherited SIG_IGN would make the kernel discard exit statuses.
  if (is_ignored(SIGCHLD)) inherited_.ignored_signals.push_back(SIGCHLD);
  set_disposition(SIGCHLD, SIG_DFL);
}

void signals::listen(loop_executor loop) {
  fd_ = ::signalfd(-1, &caught_, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd_ < 0) throw io_error(errno, "signalfd");
  readable_ = std::make_unique<descriptor>(loop, fd_);
  wait();
}

void signals::close() {
  readable_.reset();
}

void signals::wait() {
  readable_->async_wait(descriptor::wait_read, [this](const boost::system::error_code& ec) {
    if (ec) return;
    poll();
    if (readable_) wait();
  });
}

void signals::poll() {
  signalfd_siginfo info;
  while (::read(fd_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    const auto signal = static_cast<int>(info.ssi_signo);
    const bool sent = info.ssi_code <= 0;
    if (ends_run(signal) && sent) leave_group_of_front();
    const bool from_front = sent && front_ != 0 && static_cast<pid_t>(info.ssi_pid) == front_;
    handle(signal, from_front ? origin::front : sent ? origin::others : origin::terminal);
  }
}

/// What the terminal then signals to the group, the process in front passes on.
void signals::leave_group_of_front() const {
  if (front_ != 0) leave_process_group();
}

void signals::handle(int signal, origin from) {
  if (signal == SIGWINCH) {
    if (on_resize) on_resize();
    return;
  }
  if (signal == SIGUSR1) {
    if (on_question) on_question();
    return;
  }
  if (signal == SIGUSR2) {
    if (on_second_question) on_second_question();
    return;
  }
  if (signal == SIGCONT) {
    if (on_woken && !front_is_gone()) on_woken();
    return look_at_front();
  }
  if (signal == SIGTSTP) return stop_this_process();
  stop_by(signal, from);
}

void signals::stop_by(int signal, origin from) {
  const auto now = std::chrono::steady_clock::now();
  auto& last = last_[static_cast<std::size_t>(signal)];
  if (repeats(last, from, now)) return;
  last = {now, from};
  terminal_stops_no_more();
  if (on_stop) on_stop(signal);
}

/// A Ctrl-C is not passed on: the terminal sends it to both.
bool signals::repeats(heard& last, origin from, std::chrono::steady_clock::time_point now) {
  if (last.at.time_since_epoch().count() == 0) return false;
  const auto passed = now - last.at;
  const bool both_sent = from != origin::terminal && last.from != origin::terminal;
  const bool passed_on = both_sent && from != last.from && !last.twice && passed < passed_on_within;
  if (passed_on) last.twice = true;
  return passed_on || passed < same_signal_within;
}

/// Who kills the process in front of a run that is being ended already will wait no longer. But if
/// a process group is stopped, the kernel also sends a hangup (setpgid(2), orphaned groups).
void signals::look_at_front() {
  if (!front_is_gone()) return;
  front_ = 0;
  stop_by(is_ending() ? SIGKILL : SIGTERM, origin::others);
  last_[SIGHUP] = {std::chrono::steady_clock::now(), origin::others};
}

void signals::stop_this_process() {
  suspend_unless_continued();
  if (on_woken && !front_is_gone()) on_woken();
  look_at_front();
}

void signals::suspend_unless_continued() {
  const sigcont_watch continued;
  if (continued.came()) return;  // after the SIGTSTP that was read
  // By default it stops the process, but not in an orphaned process group, where nobody could
  // continue us. It is pending from here on, so that a SIGCONT meanwhile cancels it.
  ::raise(SIGTSTP);
  if (continued.came()) return take_pending(SIGTSTP);
  if (on_suspend) on_suspend();
  // A SIGCONT that was lost may have announced the end of the process in front.
  if (front_is_gone())
    take_pending(SIGTSTP);
  else
    deliver_pending(SIGTSTP);
  if (on_continue) on_continue();
}

namespace {

volatile std::sig_atomic_t sigcont_came = 0;

sigset_t only(int signal) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, signal);
  return set;
}

}  // namespace

sigcont_watch::sigcont_watch() {
  sigcont_came = 0;
  struct sigaction action {};
  action.sa_handler = [](int) { sigcont_came = 1; };
  action.sa_flags = SA_RESTART;
  // It stays: with the default, setting it would discard a SIGCONT that is pending.
  ::sigaction(SIGCONT, &action, nullptr);
  const sigset_t set = only(SIGCONT);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

sigcont_watch::~sigcont_watch() {
  const sigset_t set = only(SIGCONT);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool sigcont_watch::came() const noexcept {
  return sigcont_came != 0;
}

void take_pending(int signal) noexcept {
  const sigset_t set = only(signal);
  constexpr timespec now{0, 0};
  ::sigtimedwait(&set, nullptr, &now);
}

void deliver_pending(int signal) noexcept {
  const sigset_t set = only(signal);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool ends_run(int signal) noexcept {
  return signal == SIGINT || signal == SIGTERM || signal == SIGHUP || signal == SIGQUIT;
}

bool is_pending(int signal) noexcept {
  sigset_t pending;
  ::sigpending(&pending);
  return ::sigismember(&pending, signal) == 1;
}

void terminal_stops_no_more() {
  begin_ending();
  ignore_stops_by_terminal();
}

void die_by(int signal) {
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  set_disposition(signal, SIG_DFL);
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, signal);
  ::raise(signal);
  ::pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  ::_exit(128 + signal);
}

}  // namespace weir::cli
