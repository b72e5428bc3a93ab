/// Where one attempt stands, from its start to its end, as decisions only.
///
/// It is told what has happened, with the time, and answers with what is to be done; enter() makes
/// every transition. It knows no process, no descriptor and no timer, so that every way to end is
/// tested without any. A local_attempt acts for it, and comes back when deadline() has passed. An
/// attempt whose program could not be executed may be started again.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <weir/executor.hpp>

namespace weir {

enum class attempt_state : std::uint8_t {
  starting,      ///< there is no process, yet or any more: another start is to come
  no_room,       ///< the same, until the machine has room for a process
  running,       ///< the main process runs, or its end has not been noticed
  terminating,   ///< TERM was sent to its tree; the main process is pinned until the rest has gone
  killing,       ///< the same with KILL
  draining,      ///< the main process has gone; its output and shielded processes are waited for
  leaving,       ///< the same; what it left but may not leave gets a moment to end by itself
  ending_left,   ///< the same; TERM was sent to that
  killing_left,  ///< the same; KILL was sent to that
  over,          ///< nothing is waited for any more
};

/// Why the main process has ended, or is being ended.
enum class attempt_end : std::uint8_t {
  open,     ///< it has not been ended yet
  itself,   ///< it ended by itself
  request,  ///< somebody requested it
  timeout,  ///< its time ran out
  dropped,  ///< somebody requested it before there was a process
};

enum class attempt_action : std::uint8_t {
  none,
  terminate,          ///< TERM to the whole tree
  kill,               ///< KILL to the whole tree, until nothing is left
  relent,             ///< what was being killed may finish after all: it gets TERM at most
  hurry,              ///< look at once at what is left of the tree
  give_up,            ///< KILL has had no effect: take the output there is, and report what lives
  look_at_left,       ///< tell looked() whether anything that it left still lives
  terminate_left,     ///< TERM to what it left, and report it
  kill_left,          ///< KILL to that
  kill_left_at_once,  ///< KILL without TERM before it, and report it
  give_up_left,       ///< KILL has had no effect: report it
  end_shields,        ///< TERM to the shielded processes, KILL after their grace
  wait_for_holders,   ///< descendants may hold the output: take what they write, for a while
  let_go_of_output,   ///< take the output there is, then close it
};

/// How much time an attempt gets.
struct attempt_times {
  duration grace{};         ///< from TERM to KILL
  duration kill_timeout{};  ///< from KILL to giving up
  duration wait_timeout{};  ///< for shielded processes in an attempt that is being ended
};

/// When something happened, and what was still open at that time.
struct attempt_moment {
  std::chrono::steady_clock::time_point now;
  bool output = false;   ///< one of its streams is open
  bool shields = false;  ///< something in it runs shielded
};

class attempt_machine {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit attempt_machine(attempt_times times) : times_(times) {}

  attempt_state state() const noexcept { return state_; }
  attempt_end ended_by() const noexcept { return ended_by_; }
  /// Its end was requested, or its time is over: a slow reader is not waited for, and nothing more
  /// of it starts.
  bool end_asked() const noexcept { return end_asked_; }
  /// The main process is a child of ours: it is running, or a zombie.
  bool has_process() const noexcept;
  /// The main process is being ended, and stays a zombie until its tree is gone.
  bool is_pinned() const noexcept;
  bool is_ending_left() const noexcept;
  /// When to call expired(), if nothing happens before.
  std::optional<time_point> deadline() const noexcept;

  /// There is currently no room for a process.
  void no_room();
  /// There may be room again, or the program could not be executed: another start is to come.
  void start_again();
  /// \param until it may run; nullopt: no limit.
  void started(std::optional<time_point> until);
  void limit(time_point until);
  /// It was stopped for this long, which counts against no deadline.
  void postpone(duration by);
  /// It will not be started.
  void never_ran();

  /// The main process has ended by itself and been reaped. \pre state() is running
  attempt_action exited(const attempt_moment& at);
  /// It left something that it may not leave. \pre state() is draining
  void leaves_some(time_point now);
  /// The answer to look_at_left.
  attempt_action looked(bool any_left, time_point now);
  /// Nothing is left of what was sent a signal, and the main process has been reaped.
  attempt_action tree_gone(const attempt_moment& at);
  /// Its process group still has members, which were sent TERM; nothing more can be known of them.
  /// \pre state() is draining
  void group_stays(time_point now);
  /// The last shield has gone. \param killing they are being killed.
  attempt_action shields_gone(const attempt_moment& at, bool killing);

  /// A request to terminate leaves shielded processes their time, one to kill does not.
  attempt_action end(ending how, const attempt_moment& at);
  /// Called before `end`, if the run goes on without it.
  void ends_alone() noexcept { alone_ = true; }
  /// \returns what is due; none if nothing is. To be called until deadline() is in the future.
  attempt_action expired(const attempt_moment& at);
  /// \returns whether the attempt is over, which it is once it holds nothing.
  bool conclude(bool output, bool shields);
  /// Nobody waits for it any more.
  void abandoned();

 private:
  bool concerns_job_alone() const noexcept;
  void enter(attempt_state next);
  void enter(attempt_state next, time_point until);
  attempt_action drain(const attempt_moment& at);
  attempt_action signal(ending how, const attempt_moment& at);
  attempt_action end_left(ending how, time_point now);
  attempt_action kill_left(time_point now);
  attempt_action step_over(const attempt_moment& at);

  attempt_times times_;
  attempt_state state_ = attempt_state::starting;
  attempt_end ended_by_ = attempt_end::open;
  bool end_asked_ = false;
  bool alone_ = false;  ///< nobody else gives up on it
  bool kills_shields_ = false;
  std::optional<time_point> step_;     ///< when the time of the state is over
  std::optional<time_point> holders_;  ///< how long descendants may hold the output
  std::optional<time_point> shields_;  ///< how long shielded processes are waited for
  time_point left_until_;              ///< how long what was left may take to end by itself
};

}  // namespace weir
