/// The signals that weir itself is sent: they are blocked and read from a signalfd(2).
///
/// No handler does anything, so nothing is interrupted and nothing races; jobs get back the mask
/// and the dispositions that weir was started with. It knows no engine: what a signal means is told
/// to callbacks.
#pragma once

#include <array>
#include <chrono>
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
  /// Blocks INT, TERM, HUP, QUIT, TSTP, CONT, USR1, USR2 and WINCH (but those of INT, HUP, QUIT,
  /// TSTP that were ignored, as nohup does, stay ignored), gives PIPE a handler that does nothing,
  /// and sets CHLD to its default.
  signals();
  signals(const signals&) = delete;
  signals& operator=(const signals&) = delete;

  /// As weir was started: for the jobs.
  const inherited_state& inherited() const noexcept { return inherited_; }

  /// All that are blocked and listened to.
  const sigset_t& caught() const noexcept { return caught_; }

  /// This process is the child of that one, whose end is told by SIGCONT and asks for ours: then
  /// on_stop is told SIGTERM.
  void has_in_front(pid_t front) noexcept { front_ = front; }
  pid_t front() const noexcept { return front_; }

  /// Starts listening on the loop.
  /// \throws io_error when no descriptor is left.
  void listen(loop_executor loop);
  void close();

  /// Handles what has arrived, now: between two starts no descriptor is looked at.
  void poll();

  /// SIGINT, SIGTERM, SIGHUP or SIGQUIT. The same one within 300 ms is told once.
  std::function<void(int signal)> on_stop;
  /// Around being stopped by Ctrl-Z; `on_continue` when weir runs again.
  std::function<void()> on_suspend;
  std::function<void()> on_continue;
  /// SIGUSR1: somebody wants to know how things are.
  std::function<void()> on_question;
  /// SIGUSR2.
  std::function<void()> on_second_question;
  /// The terminal has another size.
  std::function<void()> on_resize;

 private:
  using descriptor = boost::asio::posix::basic_stream_descriptor<loop_executor>;

  void wait();
  void handle(int signal);
  void stop_by(int signal);
  bool front_is_gone() const noexcept { return front_ != 0 && ::getppid() != front_; }
  void look_at_front();
  void stop_this_process();

  inherited_state inherited_;
  sigset_t caught_{};
  int fd_ = -1;
  pid_t front_ = 0;  ///< 0: nobody's end is ours
  std::unique_ptr<descriptor> readable_;
  std::array<std::chrono::steady_clock::time_point, 65> last_{};
};

/// While it lives no run goes on that could be stopped in order: INT, TERM, HUP, QUIT and the end
/// of the process in front (as TERM) call `end`, wherever this process waits, and TSTP stops it.
/// For the time in which input is read as a whole. USR1 and USR2 wait.
class ends_at_once {
 public:
  /// \param end does not return, and does what a signal handler may do.
  ends_at_once(const signals& heard, void (*end)(int));
  ends_at_once(const ends_at_once&) = delete;
  ends_at_once& operator=(const ends_at_once&) = delete;
  ~ends_at_once();

 private:
  static constexpr std::array stops{SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCONT};

  sigset_t heard_;
  /// Of `stops`: jobs get a SIGTERM that was ignored when weir started as it was.
  std::array<struct sigaction, stops.size()> before_{};
};

/// Ends this process the way the signal would have, so that a caller's shell sees it; with
/// 128 + signal where that is not possible (PID 1). Dumps no core.
[[noreturn]] void die_by(int signal);

}  // namespace weir::cli
