/// How a run is stopped, as decisions only: which phase a request leads to, and what is to be done.
///
/// Time is passed in and nothing is done here, so that every path is tested without a process, a
/// clock or a sleep. The engine asks and acts. The phases shown to users are those of
/// docs/stopping.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <weir/event.hpp>

namespace weir {

struct stop_settings {
  duration wait_timeout = std::chrono::seconds(60);  ///< for shielded jobs, after an interrupt
  duration term_timeout = std::chrono::seconds(5);   ///< for shielded jobs, after TERM or HUP
  duration kill_timeout = std::chrono::seconds(2);   ///< from KILL to giving up
};

/// What the engine has to do now.
enum class stop_action {
  none,
  start_nothing,   ///< and let everything that is running go on
  end_unshielded,  ///< TERM to the jobs without a shield; wait for the others
  end_all,         ///< TERM to every job
  kill_all,        ///< KILL to every job
  give_up,
};

/// What is running at the moment of a decision.
struct running_jobs {
  unsigned all = 0;
  unsigned shielded = 0;
  duration longest_close_timeout{};
  unsigned shields = 0;  ///< other jobs, parts of which go on when the job is ended
};

class stop_machine {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit stop_machine(stop_settings settings) : settings_(settings) {}

  stop_action request(stop_request what, time_point now, const running_jobs& running);

  /// A job has ended. If it was the last shielded one, nothing more is waited for.
  stop_action job_ended(time_point now, const running_jobs& running);

  /// The deadline has passed.
  stop_action expired(time_point now, const running_jobs& running);

  /// Everything that a halt had to end has ended: nothing new starts, as after `finish`.
  void halt_over() noexcept;

  stop_phase phase() const noexcept;
  bool stopping() const noexcept { return state_ != state::running; }
  /// Shielded jobs are being waited for.
  bool waits_for_shields() const noexcept {
    return state_ == state::waiting || state_ == state::ending;
  }
  /// When to call expired(), if nothing happens before.
  std::optional<time_point> deadline() const noexcept { return deadline_; }

 private:
  enum class state : std::uint8_t {
    running,
    draining,    ///< nothing starts, running jobs go on
    waiting,     ///< for shielded jobs, while the others go on
    ending,      ///< TERM to the others, while shielded ones go on
    ending_all,  ///< TERM to every job
    insisting,   ///< the same, requested once more
    killing,
    gave_up,
  };

  stop_action begin(const running_jobs& running, time_point now, duration wait_at_most,
                    bool end_others);
  stop_action end_unshielded();
  stop_action end_all(state next, time_point now, const running_jobs& running);
  stop_action kill_all(time_point now);
  stop_action give_up();
  stop_action escalate(time_point now, const running_jobs& running);

  stop_settings settings_;
  state state_ = state::running;
  std::optional<time_point> deadline_;
  time_point killed_at_{};
  time_point wait_until_{};  ///< for shields, even if none was known when the stop began
};

}  // namespace weir
