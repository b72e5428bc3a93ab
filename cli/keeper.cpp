#include "keeper.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <fmt/format.h>

#include <weir/outcome.hpp>

#include "files/terminal_echo.hpp"
#include "process/control_group_end.hpp"
#include "process/process_table.hpp"

namespace weir::cli {

namespace {

using namespace std::chrono_literals;

/// Meanings of the engine's exit status beyond the run's own, which are below 128 or, for dialects,
/// 255: a signal that the keeper is to die of; or that the engine left in disorder, and with which
/// status. If a signal really killed the engine, that was a crash.
constexpr int by_signal = 128;
constexpr int in_disorder = 160;
constexpr int beyond_disorder = 192;
/// For 255, with which GNU parallel reports an error.
constexpr int status_255 = beyond_disorder - 1 - in_disorder;

/// From TERM to KILL: the jobs' main processes are dead by then, and nobody waits for the rest.
constexpr auto grace = 1s;
/// From the first KILL to reporting what would not die.
constexpr auto kill_deadline = 2s;
constexpr timespec between_looks{0, 2'000'000};

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

class keeper {
 public:
  keeper(pid_t engine, const sigset_t& heard, std::vector<process_entry> strangers,
         run_board& board, token_pipe* tokens)
      : engine_(engine),
        heard_(heard),
        strangers_(std::move(strangers)),
        board_(board),
        tokens_(tokens) {
    hear_what_would_kill();
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
  /// A signal that kills a process group, as from `timeout -s ALRM`, must leave one of us for the
  /// jobs: the engine dies of it.
  void hear_what_would_kill() {
    sigset_t deadly;
    ::sigemptyset(&deadly);
    for (const int signal : {SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ, SIGIO, SIGPWR})
      ::sigaddset(&deadly, signal);
    for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) ::sigaddset(&deadly, signal);
    ::pthread_sigmask(SIG_BLOCK, &deadly, nullptr);
    ::sigorset(&heard_, &heard_, &deadly);
  }

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
  /// have reached both: the engine counts the same signal once within 300 ms.
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
    sigset_t stop;
    ::sigemptyset(&stop);
    ::sigaddset(&stop, SIGTSTP);
    ::raise(SIGTSTP);
    // A SIGCONT from here on cancels the pending stop; an earlier one has set the engine running.
    if (engine_stopped_by() == 0) {
      constexpr timespec now{0, 0};
      ::sigtimedwait(&stop, nullptr, &now);
      return;
    }
    ::pthread_sigmask(SIG_UNBLOCK, &stop, nullptr);
    ::pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  }

  /// The SIGCONT of `fg` goes to both of us, that of `kill` only to this process.
  void continue_engine() {
    sigset_t pending;
    ::sigpending(&pending);
    // If Ctrl-Z has been pressed again already, the engine was rightly stopped again.
    if (::sigismember(&pending, SIGTSTP) == 0 && engine_stopped_by() != 0) ::kill(engine_, SIGCONT);
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
      if (disorder) end_descendants();
      remove_group();
      if (tokens_ != nullptr) tokens_->close_down();
      if (disorder) ::_exit(code - in_disorder == status_255 ? 255 : code - in_disorder);
      if (code > by_signal && code < in_disorder) die_by(code - by_signal);
      ::_exit(code);
    }
    const bool all_ended = end_descendants();
    remove_group();
    if (tokens_ != nullptr) tokens_->close_down();
    if (all_ended)
      say(fmt::format("weir: killed by {}; all its jobs were ended",
                      signal_name(WTERMSIG(status))));
    die_by(WTERMSIG(status));
  }

  /// Ends all descendants of the run that are not to be left, and waits for them.
  /// \returns whether none of them is left; any that are have been reported.
  bool end_descendants() const {
    if (!proc_is_ours()) return end_groups();
    const std::string group = board_.group();
    auto owners = board_.owners(::getpid(), ::getsid(0));
    const auto begin = std::chrono::steady_clock::now();
    std::vector<process_entry> told;
    for (int empty_looks = 0;;) {
      const auto now = std::chrono::steady_clock::now();
      bool unclear = false;
      const auto living = to_end(owners, unclear);
      const bool kill = now - begin >= grace;
      for (const auto& process : living) end_one(process, kill, told);
      const bool grouped =
          !group.empty() && (kill ? kill_jobs_of_run_group(group) : jobs_live_in_run_group(group));
      const bool childless = reap_children();
      // Every descendant either has living ancestors up to us, or is our child: without children,
      // nobody is left. A single picture of /proc may have missed a process.
      empty_looks = living.empty() && !unclear && !grouped ? empty_looks + 1 : 0;
      if ((childless && !grouped) || empty_looks > enough_looks()) return true;
      if (now - begin >= grace + kill_deadline) {
        for (const auto& process : living)
          say("weir: gave up: " + alive_text(process.pid, process.state));
        return false;
      }
      ::nanosleep(&between_looks, nullptr);
    }
  }

  /// Looks without a process to end. One that was just being born only shows whose it is once it
  /// has executed: 0.1 s of looks allow for that.
  int enough_looks() const { return board_.being_started() ? 50 : 1; }

  /// For when the engine was killed between the birth of a main process and its record.
  void add_unrecorded(process_owners& owners, const std::vector<process_entry>& table,
                      const process_owners::mark_reader& marks) const {
    const auto next = board_.being_started();
    if (!next) return;
    for (const auto& process : table)
      if (process.parent == ::getpid() && marks(process.pid) == *next)
        owners.starts(process.pid, *next, process.start_time);
  }

  /// Living descendants except those that existed before, and those that jobs may leave.
  /// \param unclear set if only a later look can tell about one.
  std::vector<process_entry> to_end(process_owners& owners, bool& unclear) const {
    const run_mark mark = board_.run();
    const auto marks = [&](pid_t pid) { return mark_of(pid, mark); };
    const auto nobody = [](const process_entry&) { return false; };
    const auto table = read_process_table();
    add_unrecorded(owners, table, marks);
    std::vector<process_entry> all;
    for (const auto& process : table) {
      const auto* branch = branch_of(::getpid(), process, table);
      if (branch == nullptr || is_stranger(*branch) || !is_alive(process)) continue;
      const fate then = owners.of(process, table, nobody, marks).then;
      if (then == fate::unclear) unclear = true;
      if (then != fate::left && then != fate::unclear) all.push_back(process);
    }
    owners.divide(table, nobody, marks);
    return all;
  }

  static void end_one(const process_entry& process, bool kill, std::vector<process_entry>& told) {
    const bool again = std::ranges::any_of(told, [&](const auto& other) {
      return other.pid == process.pid && other.start_time == process.start_time;
    });
    if (kill) {
      signal_process(process, SIGKILL);
    } else if (!again) {
      told.push_back(process);
      signal_process(process, SIGTERM);
      signal_process(process, SIGCONT);
    }
  }

  /// Without a /proc that shows our processes: the groups of jobs, if children of ours are in them,
  /// so that the numbers are theirs. Without any child, nobody is left.
  bool end_groups() const {
    if (!board_.was_used()) return true;
    const auto groups = board_.groups_to_end();
    const std::string control_group = board_.group();
    for (const pid_t group : groups)
      for (const int signal : {SIGTERM, SIGCONT}) signal_group(group, signal);
    const auto begin = std::chrono::steady_clock::now();
    for (;;) {
      const auto age = std::chrono::steady_clock::now() - begin;
      const bool kill = age >= grace;
      const auto living = std::ranges::count_if(
          groups, [&](pid_t group) { return signal_group(group, kill ? SIGKILL : 0); });
      if (kill && !control_group.empty()) kill_jobs_of_run_group(control_group);
      if (reap_children()) return true;
      if (living == 0 || age >= grace + kill_deadline) break;
      ::nanosleep(&between_looks, nullptr);
    }
    say("weir: /proc is missing, or belongs to another pid namespace: processes that left their "
        "job's process group may survive");
    return false;
  }

  /// \returns whether a child of ours is in the group.
  static bool signal_group(pid_t group, int signal) {
    siginfo_t info{};
    const auto id = static_cast<id_t>(group);
    if (::waitid(P_PGID, id, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return false;
    ::kill(-group, signal);
    return true;
  }

  /// \returns whether no children are left.
  static bool reap_children() {
    pid_t child;
    do child = ::waitpid(-1, nullptr, WNOHANG);
    while (child > 0);
    return child < 0 && errno == ECHILD;
  }

  bool is_stranger(const process_entry& child) const {
    return std::any_of(strangers_.begin(), strangers_.end(), [&](const auto& stranger) {
      return stranger.pid == child.pid && stranger.start_time == child.start_time;
    });
  }

  static void say(std::string line) {
    // The engine may have died in the middle of a line, or of its progress display.
    if (::isatty(STDERR_FILENO) != 0) line.insert(0, "\r\n");
    write_if_possible(line + '\n');
  }

  /// The reader of stderr may be stuck, and nobody is left to end us.
  static void write_if_possible(std::string_view bytes) {
    pollfd room{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&room, 1, 0) <= 0) return;
    static_cast<void>(::write(STDERR_FILENO, bytes.data(), bytes.size()) < 0);
  }

  const pid_t engine_;
  sigset_t heard_;
  const std::vector<process_entry> strangers_;
  run_board& board_;
  token_pipe* const tokens_;
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
  // Both sides need these in place before the other can act.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  sigset_t before;
  sigset_t more;
  ::sigemptyset(&more);
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
