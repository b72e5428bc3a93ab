/// One execution of a job as a process: starts it, carries its output to the sink, and awaits its
/// end.
///
/// It carries out the decisions of an attempt_machine, which alone knows where the attempt stands:
/// events are reported to it, and its answers are acted on here. Readiness of a descriptor is only
/// a hint: every read and every wait is non-blocking, so that nothing can freeze the loop.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <weir/executor.hpp>

#include "loop/completion.hpp"
#include "loop/owned_fd.hpp"
#include "loop/poll_set.hpp"
#include "loop/timer_queue.hpp"
#include "process/attempt_input.hpp"
#include "process/attempt_machine.hpp"
#include "process/attempt_output.hpp"
#include "process/control_group_run.hpp"
#include "process/foreground.hpp"
#include "process/job_environment.hpp"
#include "process/job_terminal.hpp"
#include "process/launcher.hpp"
#include "process/local_site.hpp"
#include "process/process_tree.hpp"

namespace weir {

class local_attempt final : public running_attempt,
                            private process_tree::owner,
                            private attempt_output::owner {
 public:
  local_attempt(local_site& site, const attempt_request& request);
  local_attempt(const local_attempt&) = delete;
  local_attempt& operator=(const local_attempt&) = delete;
  ~local_attempt() override;

  /// Starts the process. \returns why that failed: then no process exists, and start may be called
  /// again.
  std::optional<spawn_failed> start();

  /// Suspends until the attempt is over, or, after no_room(), until it may be started again.
  /// Cancellation ends the attempt but goes on waiting.
  awaitable<> wait();

  /// There is no room for a process: the attempt waits for room_again().
  void no_room();
  void room_again();

  /// Once over: the program could not be executed where it was found, but PATH has another, and
  /// nobody has requested the end: worth another start.
  bool is_elsewhere() { return look_elsewhere(exec_error_); }
  /// Once over: the same, because the file was open for writing (ETXTBSY).
  bool text_was_busy() const noexcept;
  /// The attempt will be started again.
  void start_again() { machine_.start_again(); }

  /// The attempt never ran, for this reason.
  void fail(spawn_failed why);

  /// Once over. Times are those of the process, including its output.
  attempt_result result();

  /// Whether the end was requested, possibly before there was a process.
  bool end_asked() const noexcept { return machine_.end_asked(); }

  /// Gives back what only a start needs, if the program is being executed. \returns whether it is.
  bool settle();
  /// Watches its output from now on.
  void watch_output() { output_.watch(); }
  std::chrono::steady_clock::time_point started() const noexcept { return result_.started; }
  /// The screen around it has a new size, and so has its terminal, if it has one.
  void resize();

  void end(ending how) override;
  void end_alone(ending how) override;
  bool has_shield() const override { return tree_.shields() > 0; }
  void end_shields() override { site_.shields.end_those_of(tree_); }
  void suspend() override;
  void resume() override;
  void limit_time(duration from_start) override;
  void abandon() override;

 private:
  /// The pidfd: open until the process has been reaped.
  struct exit_watch final : poll_set::watch {
    explicit exit_watch(local_attempt& a) : attempt(a) {}
    void ready(poll_set::readiness what) override;
    local_attempt& attempt;
  };
  using time_point = attempt_machine::time_point;

  // Events.
  void check_exit();
  void notice_exit();
  void output_moved() override { go_on_if_over(); }
  void tree_gone() override;
  void shields_gone() override;
  void deadline_passed();

  // Actions.
  void perform(attempt_action what);
  void catch_up();
  void arm();
  bool is_over();
  void maybe_over();
  bool was_killed_for_memory() const;
  outcome ended_by_us() const;
  void go_on_if_over();
  attempt_moment moment() const;

  // Starting.
  std::optional<spawn_failed> open_input(owned_fd& input, const std::string*& fifo);
  /// What the process writes to, and our ends of it.
  struct outlets {
    owned_fd out, err;
    bool terminal = false;
    owned_fd read_out, read_err;
  };
  int open_outlets(outlets& opened) const;
  bool wants_terminal() const;
  terminal_cells cells() const;
  std::optional<spawn_failed> make_group();
  int launch(launch_streams streams);
  bool look_elsewhere(int error);
  void begin_running();
  spawn_failed failure(int error) const;
  spawn_failed program_failure(int error) const;
  void adopt(outlets ours);
  void take_terminal(owned_fd ours);

  // Ending.
  bool is_zombie() const;
  void reap_main();
  void main_gone();
  duration grace() const;
  void signal_tree(int signal);
  void go_on();
  void look_whether_stopped();
  void stop_in_background();
  void give_up();
  void let_go_of_all();

  void freeze(bool now);

  // What it left running.
  leftover_rule rule() const;
  bool is_gate() const;
  fate fate_of_left() const;
  void look_for_left();
  std::optional<pid_t> one_left();
  bool any_left();
  void end_left(int signal);
  void kill_left();
  bool end_group(duration grace, bool told);
  void tell_left();
  std::string name_left();
  void give_up_left();

  local_site& site_;
  const attempt_request request_;
  attempt_machine machine_;
  timer_queue::timer timer_;
  std::optional<time_point> armed_;         ///< what the timer waits for
  std::optional<time_point> suspended_at_;  ///< while it is suspended, and not being ended
  completion wake_;
  std::optional<duration> timeout_;
  std::unique_ptr<job_control_group> group_;  ///< null: none
  bool frozen_ = false;                       ///< that
  launch_ticket ticket_;
  program_path found_;                ///< what was executed last, if it came from PATH
  std::vector<program_path> failed_;  ///< what could not be executed
  launched child_;
  exit_watch exit_;
  process_tree tree_;
  attempt_input input_;
  attempt_output output_;
  attempt_result result_;
  int exec_error_ = 0;
  std::unique_ptr<foreground> foreground_;  ///< if the job has the terminal
  timer_queue::timer stop_look_;
};

}  // namespace weir
