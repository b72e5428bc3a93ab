/// What must never happen in a run, as one list, and the observer that holds a run's events to it.
///
/// Simulated runs (tests/simulation) and real ones (weir-checked) are judged by the same code. It
/// shares none with what it judges: where the engine asks a policy, this does its own counting.
/// What only a simulated world knows is checked there, in simulation/invariants.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/event.hpp>
#include <weir/run_result.hpp>

#include "batch/engine_settings.hpp"
#include "loop/timer_queue.hpp"

namespace rules {

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
  records,
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

/// The state of a job, as its events tell it.
struct seen_job {
  bool accepted = false;
  bool earlier = false;    ///< it ended in the run being resumed
  bool executing = false;  ///< from the start of an attempt to what is told of its end
  bool ended = false;
  bool added = false;          ///< from outside, while the run went on
  bool may_fail = false;       ///< job_settings::allow_failure
  bool follows_up = false;     ///< it runs after a halt, too
  bool again_at_once = false;  ///< the next attempt takes over what this one had
  bool unwanted = false;       ///< ended by name
  weir::earlier_run known = weir::earlier_run::unknown;
  weir::verdict judged = weir::verdict::not_started;
  unsigned begun = 0;  ///< number of attempts
  unsigned slot = 0;
  std::optional<weir::timer_queue::clock::time_point> not_before;  ///< of the next attempt
  const weir::job_settings* settings = nullptr;                    ///< until it has ended
  std::string program;                                             ///< if it matters
  std::vector<weir::need> needs;
};

class run_rules : public weir::observer {
 public:
  /// Both must outlive this.
  run_rules(const weir::engine_settings& settings, const weir::timer_queue& timers);

  void on(const weir::event& e) override;
  /// \param status the run's exit status.
  void run_is_over(const weir::run_result& result, int status);

  const std::vector<seen_job>& jobs() const noexcept { return jobs_; }
  bool is_stopped() const noexcept { return asked_ > 0 || halted_; }

 protected:
  using time_point = weir::timer_queue::clock::time_point;

  virtual void broken(rule r, std::string how) = 0;

  seen_job& of(const weir::job_spec& job);
  std::size_t executing() const noexcept { return running_.size(); }
  void set_slots(std::optional<std::uint64_t> number);
  /// \param more than may wait: as many as were asked for.
  void check_pending(std::uint64_t more);
  /// \param slack how long after its deadline a phase may end: killed jobs are reaped meanwhile.
  void check_deadlines(weir::duration slack);
  bool waits_for_claims() const;
  weir::duration shields_last() const;
  void check_start_after_stop(const weir::job_spec& job);

  const weir::engine_settings& settings_;
  const weir::timer_queue& timers_;
  std::vector<seen_job> jobs_;          ///< by job number
  std::vector<std::uint64_t> running_;  ///< jobs
  std::uint64_t accepted_ = 0;
  std::uint64_t unstarted_ = 0;
  std::uint64_t open_ = 0;
  unsigned slots_taken_ = 0;
  std::uint64_t most_slots_ = 0;
  std::uint64_t slots_ = 0;  ///< now
  bool slots_were_changed_ = false;
  bool paused_ = false;
  bool knows_unwanted_ = false;   ///< who is ended by name, before the run hears of it
  bool someone_cancels_ = false;  ///< jobs were ended by name
  unsigned asked_ = 0;            ///< requests to stop from outside
  bool halted_ = false;
  bool input_ended_ = false;
  bool killed_ = false;
  bool suspended_ = false;
  bool anything_stuck_ = false;
  std::optional<weir::stop_request> first_ask_;
  time_point first_stop_{};
  time_point last_ask_{};
  std::optional<time_point> killed_at_;

 private:
  void hear(const weir::job_accepted& e);
  void hear(const weir::job_ended& e);
  void hear(const weir::attempt_started& e);
  void hear(const weir::attempt_failed& e);
  void hear(const weir::stop_asked& e);
  void hear(const weir::stop_changed& e);
  void hear(const weir::limit_set& e) { set_slots(e.jobs); }
  void hear(const weir::controlled& e);
  void hear(const weir::process_stuck&) { anything_stuck_ = true; }
  void hear(const weir::suspended&) { suspended_ = true; }
  void hear(const weir::resumed&) { suspended_ = false; }
  void hear(const weir::input_ended&) { input_ended_ = true; }
  void hear(const auto&) {}

  void take_room(const weir::job_spec& job, unsigned slot);
  void leave_room(const weir::job_spec& job);
  void check_claims(const weir::job_spec& job);
  weir::resource_claims taken_now() const;
  void count_for_halt(const weir::job_ended& e);
  void count_unstartable(const weir::job_ended& e);
  bool are_alike(const weir::job_spec& job) const;
  void check_needs(const weir::job_spec& job, bool met);
  void check_halt_has_ended_others(const weir::job_spec& job);
  void check_retry(const weir::job_spec& job, unsigned attempt);
  void check_last_attempt(const weir::job_ended& e);
  void check_shield(const weir::job_ended& e);
  void check_cut(const weir::job_ended& e);
  void check_status(const weir::run_result& result, int status);
  bool follows_up(const std::vector<weir::need>& needs) const;
  bool meets(const weir::need& n) const;
  bool are_met(const std::vector<weir::need>& needs) const;

  /// About one job.
  void broken(rule r, std::uint64_t seq, std::string_view how);

  std::vector<std::uint64_t> slot_holders_;  ///< by slot; 0: free
  std::vector<unsigned> pools_taken_;        ///< as in the settings
  weir::duration longest_close_{};
  bool halt_is_due_ = false;
  bool is_hopeless_ = false;  ///< its first jobs could not start
  bool hope_is_due_ = false;  ///< to be given up
  bool there_is_hope_ = false;
  unsigned unstartable_ = 0;  ///< jobs
  std::optional<weir::spawn_failed> first_unstartable_;
  std::uint64_t matching_ = 0;
  std::uint64_t failures_ = 0;
  std::uint64_t failures_after_halt_ = 0;  ///< of those, jobs that a halt lets run
  std::uint64_t cut_ = 0;                  ///< number of jobs cancelled or not started
};

}  // namespace rules
