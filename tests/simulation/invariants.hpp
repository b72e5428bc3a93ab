/// What must never happen in a run, as one list, and the observer that checks a history against it.
///
/// It receives the same events as every other observer, and learns from the simulated executor what
/// really ran. It shares no code with what it judges: where the engine asks a policy, this does its
/// own counting.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <weir/event.hpp>
#include <weir/executor.hpp>
#include <weir/run_result.hpp>

#include "loop/timer_queue.hpp"
#include "simulation/numbering.hpp"
#include "simulation/output_check.hpp"
#include "simulation/scenario.hpp"

namespace simulation {

class simulated_gate;
class simulated_tokens;

enum class rule {
  one_end,
  limits,
  tokens,
  gates,
  pending,
  needs,
  stopped,
  shields,
  deadlines,
  halt,
  retries,
  control,
  output,
  memory,
  status,
  progress,
  resume,
  repeatable,
};

/// As good as no limit: more than anything takes.
constexpr std::uint64_t no_limit = std::uint64_t{1} << 40;

inline std::string job_text(std::uint64_t seq) {
  return "job " + std::to_string(seq);
}

/// The rule, as a sentence.
std::string_view words(rule r);

struct violation {
  rule broken;
  std::string how;
};

/// The state of a job, as seen from outside.
struct seen_job {
  bool accepted = false;
  bool earlier = false;  ///< it ended in the run being resumed
  unsigned begun = 0;    ///< number of attempts
  bool executing = false;
  bool ended = false;
  weir::verdict judged = weir::verdict::not_started;
  weir::outcome last;
  weir::earlier_run known = weir::earlier_run::unknown;
  std::optional<weir::timer_queue::clock::time_point> not_before;  ///< of the next attempt
  unsigned slot = 0;
  const planned_job* plan = nullptr;  ///< once accepted
  std::vector<weir::need> needs;
  bool stands_still = false;   ///< its attempt was suspended
  bool again_at_once = false;  ///< the next attempt takes over what this one has
  bool unwanted = false;       ///< ended by name
  bool asked_to_end = false;
};

class invariants final : public weir::observer {
 public:
  invariants(const scenario& plan, weir::timer_queue& timers);

  void on(const weir::event& e) override;

  // Called by the simulated world:
  void source_is_read();
  void attempt_begins(const weir::attempt_request& request);
  void attempt_is_ended(const weir::job_spec& job, weir::ending how);
  void attempt_is_over(const weir::job_spec& job, unsigned attempt, const weir::outcome& how);
  void wrote(const weir::job_spec& job, weir::output_stream which, std::string_view line);
  void slots_changed(int by);
  void slots_set(std::uint64_t number);
  void starts_are_paused(bool now) { paused_ = now; }
  void attempt_stands_still(const weir::job_spec& job, bool now) { of(job).stands_still = now; }
  void parts_are_ended(weir::ending how, unsigned parts);
  /// Called before the engine hears of it. \returns whether there is such a job that has not ended.
  bool is_unwanted(std::uint64_t seq);
  /// \param found by the engine: jobs that had not ended.
  void unwanted_was_told(std::uint64_t seq, bool there, std::size_t found);
  /// \param refused why there is none; else empty.
  void was_added(std::uint64_t seq, const std::string& refused, std::size_t most);
  void memory_was_told(bool is_short);
  bool is_suspended() const noexcept { return suspended_; }
  bool anything_stands_still() const;
  void tokens_died(bool conserved);
  void room_is_missing(bool now) { room_missing_ = now; }
  /// Called after each step of the loop.
  void step(std::size_t queued_memory);
  /// Called when nothing is left to do before the next deadline.
  void idle();
  /// \param error errno value of a failed output; 0: none.
  void run_is_over(const weir::run_result& result, int status, int error,
                   const std::array<std::string, 2>& received);

  void broken(rule r, std::string how);
  /// From now on nothing is a fault.
  void look_away() noexcept { looks_away_ = true; }
  const std::optional<violation>& found() const noexcept { return found_; }

  numbering numbers;
  /// Null: there are none.
  const simulated_tokens* tokens = nullptr;
  const simulated_gate* gate = nullptr;

  const std::vector<seen_job>& jobs() const noexcept { return jobs_; }
  /// Jobs that had ended when the loop was last idle.
  const std::vector<bool>& ended_when_idle() const noexcept { return ended_when_idle_; }
  std::uint64_t fingerprint() const noexcept { return fingerprint_; }
  bool is_stopped() const noexcept { return asked_ > 0 || halted_; }

  /// One line per event, if requested.
  bool keeps_trace = false;
  std::vector<std::string> trace;

 private:
  using time_point = weir::timer_queue::clock::time_point;

  seen_job& of(const weir::job_spec& job) { return jobs_[job.seq]; }
  void hear(const weir::job_accepted& e);
  void hear(const weir::job_ended& e);
  void hear(const weir::attempt_started& e);
  void hear(const weir::attempt_failed& e);
  void hear(const weir::stop_asked& e);
  void hear(const weir::stop_changed& e);
  void hear(const weir::process_stuck& e);
  void hear(const weir::suspended&) { suspended_ = true; }
  void hear(const weir::resumed&) { suspended_ = false; }
  void hear(const weir::input_ended&) { input_ended_ = true; }
  void check_claims(const weir::job_spec& job);
  void check_gates(const weir::job_spec& job);
  void check_all_accepted();
  void check_tokens();
  void check_tokens_at_end();
  std::size_t executing() const noexcept { return executing_; }
  bool waits_for_claims() const;
  void hear(const auto&) {}
  void note(std::string_view what, std::uint64_t number);
  void count_for_halt(const weir::job_ended& e);
  void check_nobody_waits_for_nothing();
  void check_room(const weir::job_spec& job);
  void check_needs(const weir::job_spec& job, bool met);
  void check_start_after_stop(const weir::job_spec& job);
  void check_halt_has_ended_others(const weir::job_spec& job);
  void check_retry(const weir::job_spec& job, unsigned attempt);
  void check_last_attempt(const weir::job_ended& e);
  void check_status(const weir::run_result& result, int status);
  bool follows_up(std::uint64_t seq) const;
  bool meets(const weir::need& n) const;
  bool are_met(const std::vector<weir::need>& needs) const;

  const scenario& plan_;
  weir::timer_queue& timers_;
  std::vector<seen_job> jobs_;  ///< by job number
  std::vector<bool> ended_when_idle_;
  output_check output_;
  std::optional<violation> found_;
  bool looks_away_ = false;
  std::uint64_t fingerprint_ = 0xcbf29ce484222325;

  std::uint64_t accepted_ = 0;
  std::uint64_t unstarted_ = 0;
  std::uint64_t open_ = 0;
  std::size_t executing_ = 0;
  unsigned slots_taken_ = 0;
  std::map<std::string, unsigned> pools_taken_;
  std::uint64_t most_slots_ = 0;
  std::uint64_t slots_ = 0;  ///< now
  bool slots_were_changed_ = false;
  bool paused_ = false;
  std::uint64_t added_ = 0;  ///< jobs, from outside

  unsigned asked_ = 0;  ///< requests to stop from outside
  bool halted_ = false;
  bool halt_is_due_ = false;
  bool input_ended_ = false;
  std::uint64_t matching_ = 0;
  std::optional<weir::stop_request> first_ask_;
  bool killed_ = false;
  time_point first_stop_{};
  time_point last_ask_{};
  duration longest_close_{};
  bool anything_stuck_ = false;
  bool room_missing_ = false;
  bool suspended_ = false;
  bool all_alike_ = true;  ///< every job takes just one slot, and maybe claims something
  bool record_failed_ = false;
  std::uint64_t failures_ = 0;
  std::uint64_t failures_after_halt_ = 0;  ///< of those, jobs that a halt lets run
  std::uint64_t cut_ = 0;                  ///< number of jobs cancelled or not started
};

}  // namespace simulation
