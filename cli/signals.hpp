/// The signals sent to weir itself: they are blocked and read from a signalfd(2).
///
/// No handler does anything, so nothing is interrupted and nothing races; jobs get back the mask
/// and the dispositions that weir was started with. It knows no engine: callbacks decide what a
/// signal means.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include <unistd.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <weir/awaitable.hpp>

#include "process/launcher.hpp"

namespace weir::cli {

class signals {
 public:
  /// Blocks INT, TERM, HUP, QUIT, TSTP, CONT, USR1, USR2 and WINCH (except that INT, HUP, QUIT and
  /// TSTP stay ignored if they were, as under nohup), gives PIPE a handler that does nothing, and
  /// sets CHLD to its default. TTIN and TTOU stop this process unless one of the signals that end
  /// it is waiting.
  signals();
  signals(const signals&) = delete;
  signals& operator=(const signals&) = delete;

  /// The state in which weir was started: for the jobs.
  const inherited_state& inherited() const noexcept { return inherited_; }

  /// All signals that are blocked and listened for.
  const sigset_t& caught() const noexcept { return caught_; }

  /// This process is a child of `front`, whose end is signalled by SIGCONT and requires ours: then
  /// on_stop receives SIGTERM. Once another process asks for the end, this one has a process group
  /// of its own: a KILL that follows to the whole group, as from `timeout -k`, leaves one of the
  /// two to end the jobs.
  void has_in_front(pid_t front) noexcept { front_ = front; }
  pid_t front() const noexcept { return front_; }

  /// Starts listening on the loop.
  /// \throws io_error if no descriptor is left.
  void listen(loop_executor loop);
  void close();

  /// Handles what has arrived, now: between two starts, the loop does not look at descriptors.
  void poll();

  /// SIGINT, SIGTERM, SIGHUP or SIGQUIT; SIGKILL if that has hit the process in front after one of
  /// these. Repetitions within 300 ms are reported once, and so is what was sent to both this
  /// process and the one in front, which passes it on: on a busy machine that takes seconds.
  std::function<void(int signal)> on_stop;
  /// Before and after being stopped by Ctrl-Z; `on_continue` when weir runs again.
  std::function<void()> on_suspend;
  std::function<void()> on_continue;
  /// SIGCONT, after whatever had stopped this process.
  std::function<void()> on_woken;
  /// SIGUSR1: somebody wants to know how things stand.
  std::function<void()> on_question;
  /// SIGUSR2.
  std::function<void()> on_second_question;
  /// The terminal has a new size.
  std::function<void()> on_resize;

 private:
  using descriptor = boost::asio::posix::basic_stream_descriptor<loop_executor>;

  void wait();
  /// Whom a signal comes from.
  enum class origin : std::uint8_t { front, terminal, others };
  struct heard {
    std::chrono::steady_clock::time_point at;
    origin from{};
    bool twice = false;  ///< by way of the process in front, and without it
  };

  void handle(int signal, origin from);
  void leave_group_of_front() const;
  void stop_by(int signal, origin from);
  static bool repeats(heard& last, origin from, std::chrono::steady_clock::time_point now);
  bool front_is_gone() const noexcept { return front_ != 0 && ::getppid() != front_; }
  void look_at_front();
  void stop_this_process();
  void suspend_unless_continued();

  inherited_state inherited_;
  sigset_t caught_{};
  int fd_ = -1;
  pid_t front_ = 0;  ///< 0: nobody's end requires ours
  std::unique_ptr<descriptor> readable_;
  std::array<heard, 65> last_{};
};

/// While it lives, no run exists that could be stopped in order: INT, TERM, HUP, QUIT and the end
/// of the process in front (as TERM) call `end`, wherever this process waits, and TSTP stops it.
/// For the time in which input is read as a whole. USR1 and USR2 stay pending.
class ends_at_once {
 public:
  /// \param end does not return, and does only what a signal handler may do.
  ends_at_once(const signals& heard, void (*end)(int));
  ends_at_once(const ends_at_once&) = delete;
  ends_at_once& operator=(const ends_at_once&) = delete;
  ~ends_at_once();

 private:
  static constexpr std::array stops{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCONT};

  sigset_t heard_;
  /// For `stops`: if SIGTERM was ignored when weir started, jobs get it back ignored.
  std::array<struct sigaction, stops.size()> before_{};
};

/// INT, TERM, HUP or QUIT.
bool ends_run(int signal) noexcept;

/// Whether it is blocked and waits to be heard.
bool is_pending(int signal) noexcept;

/// Reads a signal that is blocked and pending, if it is.
void take_pending(int signal) noexcept;

/// Lets a signal that is blocked have its effect, if it is pending.
void deliver_pending(int signal) noexcept;

/// Notes each SIGCONT while it lives, the one that is pending among them, which nobody reads then.
/// A SIGTSTP that is raised discards a pending SIGCONT (POSIX, signal generation): only a handler
/// hears one that comes just before that. SIGCONT is blocked before and after.
class sigcont_watch {
 public:
  sigcont_watch();
  ~sigcont_watch();
  sigcont_watch(const sigcont_watch&) = delete;
  sigcont_watch& operator=(const sigcont_watch&) = delete;
  bool came() const noexcept;
};

/// This process is ending. From now on, if it is in the background of its terminal, reads of that
/// fail and writes go through. No job may start any more, which would inherit this.
void terminal_stops_no_more();

/// Ends this process the way the signal would have, so that a caller's shell sees it; with 128 +
/// signal if that is not possible (PID 1). Dumps no core.
[[noreturn]] void die_by(int signal);

}  // namespace weir::cli
