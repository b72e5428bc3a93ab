/// One execution of a job as a process: started, its output carried to the sink, its end awaited.
///
/// It is over when three things have happened: stdout has ended, stderr has ended, the process was
/// reaped; and, if it is being ended, when nothing of its tree is left. One object knows of all of
/// them, and one coroutine waits for it. Readiness of a descriptor is taken as a hint only: every
/// read and every wait is non-blocking, so that nothing can freeze the loop.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <weir/executor.hpp>

#include "loop/completion.hpp"
#include "loop/owned_fd.hpp"
#include "loop/poll_set.hpp"
#include "loop/timer_queue.hpp"
#include "process/job_environment.hpp"
#include "process/launcher.hpp"
#include "process/tree_sweeper.hpp"

namespace weir {

class local_executor;

class local_attempt final : public running_attempt {
 public:
  local_attempt(local_executor& owner, const attempt_request& request);
  local_attempt(const local_attempt&) = delete;
  local_attempt& operator=(const local_attempt&) = delete;
  ~local_attempt() override;

  /// Starts the process. \returns 0, or an errno value: then no process exists, and start may be
  /// called again.
  int start();

  /// Gives back what only a start needs, if the program executes. \returns whether it does.
  bool settle();

  /// Its output is watched from now on.
  void watch_output();
  std::chrono::steady_clock::time_point started() const noexcept { return result_.started; }

  /// Suspends until all is over. Cancellation ends the attempt and goes on waiting.
  awaitable<> finished();

  /// Where the program was found it cannot be executed, which start() has returned or finished()
  /// has shown: it was removed since, or lost its permission. Looks for it elsewhere in PATH.
  /// \returns whether there is another: worth another start.
  bool look_elsewhere(int error);
  int exec_error() const noexcept { return exec_error_; }

  /// The process never executed the program, which was open for writing (ETXTBSY): worth another
  /// start.
  bool text_was_busy() const noexcept { return exec_error_ == ETXTBSY && !ending_; }

  /// The attempt never ran: what kept it from that.
  void fail(int error);
  /// For a job that says why it may not run.
  void refuse();

  /// Once over. Times are those of the process, output included.
  attempt_result result();

  /// Somebody asked for the end; also before there is a process.
  bool end_asked() const noexcept { return ending_; }
  /// While there is no process: what to wake when the end is asked for.
  completion& room() noexcept { return room_; }

  void end(ending how) override;
  void suspend() override;
  void resume() override;
  void limit_time(duration from_start) override;
  void abandon() override;

 private:
  /// One of the two streams of output: open until its end was read. Stopped while stalled.
  struct channel final : poll_set::watch {
    channel(local_attempt& a, output_stream s) : attempt(a), which(s) {}
    void ready(poll_set::readiness what) override;
    local_attempt& attempt;
    const output_stream which;
    bool stalled = false;  ///< the sink asked to wait
    bool widened = false;  ///< the pipe's capacity was raised
  };
  /// The pidfd: open until the process was reaped.
  struct exit_watch final : poll_set::watch {
    explicit exit_watch(local_attempt& a) : attempt(a) {}
    void ready(poll_set::readiness what) override;
    local_attempt& attempt;
  };

  int open_input(owned_fd& input, const std::string*& fifo) const;
  int launch(launch_streams streams);
  void begin_running();
  spawn_failed start_failure(int error) const;
  void adopt(owned_fd read_out, owned_fd read_err);
  bool transfer(channel& c);
  void take_unwatched_output();
  void lose_output(channel& c, int error);
  ssize_t move_some(channel& c, flow& next);
  ssize_t read_some(channel& c);
  void wake_stalled();

  void check_exit();
  bool is_zombie() const;
  void leader_ended();
  void reap();
  bool is_held(const channel& c) const;
  leftover_rule rule() const;
  fate fate_of_left() const;
  void look_for_left();
  void watch_left();
  void end_left(int signal);
  void tell_left();
  void give_up_left();
  bool any_left();
  std::string name_left();
  void end_group(int signal);
  void group_gone();
  void wait_for_holders();
  void let_go_of_holders();
  void take_rest(channel& c);
  void arm_timeout(duration left);
  void time_out();
  void give_up_after_kill();
  void end_without_process();
  duration grace() const;
  void wait_for_shields();
  void end_what_waited();
  void shields_gone();
  void signal_ending(int signal);
  bool is_over();
  void maybe_over();
  void go_on_if_over();

  local_executor& owner_;
  const attempt_request request_;
  std::optional<duration> timeout_;
  launch_ticket ticket_;
  program_path found_;                ///< what was executed last, when it came from PATH
  std::vector<program_path> failed_;  ///< what could not be
  launched child_;
  channel out_;
  channel err_;
  exit_watch exit_;
  tree_sweeper::tree tree_;
  timer_queue::timer limit_;
  timer_queue::timer kill_;
  timer_queue::timer holders_;
  timer_queue::timer shield_limit_;
  timer_queue::timer unyielding_;
  timer_queue::timer left_watch_;
  completion over_;
  completion room_;
  attempt_result result_;
  std::uint64_t written_by_holders_ = 0;  ///< since the main process has ended
  int exec_error_ = 0;
  bool ending_ = false;  ///< TERM was sent, or will be
  bool killing_ = false;
  bool timed_out_ = false;
  bool exited_ = false;  ///< the main process is a zombie or was reaped
  bool ended_by_itself_ = false;
  bool reaped_ = true;        ///< the main process is no process of ours
  bool leaves_some_ = false;  ///< and others that it may not leave are there
  bool ending_left_ = false;  ///< these were sent a signal
  std::chrono::steady_clock::time_point left_until_;  ///< until then they may end by themselves
};

}  // namespace weir
