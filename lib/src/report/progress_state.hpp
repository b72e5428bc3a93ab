/// What the progress display needs to know about a run, kept up to date from events.
///
/// It knows no terminal and builds no text: renderers ask. Times come with the events, or from the
/// clock passed in, never from the system; all are kept as active time, which stands still while
/// weir is suspended. Each event costs O(1) and, once every slot has been used, no allocation.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/event.hpp>

namespace weir {

/// A running job. `label` is cheap to keep, and made readable by title().
struct running_job {
  std::uint64_t seq = 0;
  unsigned slot = 0;
  unsigned attempt = 1;
  bool shielded = false;
  unsigned weight = 1;                 ///< slots that it occupies
  std::chrono::nanoseconds started{};  ///< in active time
  double expected = 0;                 ///< seconds that history predicts; 0: unknown

  /// Its name, or else its command line: at most about 256 bytes, not escaped.
  std::string title() const;

 private:
  friend class progress_state;
  void remember_title(const job_spec& job);
  bool active_ = false;
  bool is_argv_ = false;  ///< `label_` is the arguments, each with its NUL
  std::string label_;
};

/// A job between a failed attempt and the next one.
struct resting_job {
  unsigned attempt;                ///< the next one
  std::chrono::nanoseconds until;  ///< at the latest, in active time
  std::string title;               ///< as running_job::title()
};

class progress_state final : public observer {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using clock = std::function<time_point()>;

  /// \param limit slots of the run, for the estimate; 0: no limit.
  /// \param now asked for events that carry no time (suspended, resumed, stop_changed).
  progress_state(unsigned limit, time_point start, clock now = std::chrono::steady_clock::now);

  void on(const event& e) override;

  /// The limit was changed during the run.
  void set_limit(unsigned limit) { limit_ = limit; }

  /// How long a job takes, as far as history knows; must always give the same answer for a job.
  using history = std::function<std::optional<std::chrono::nanoseconds>(const job_spec&)>;
  /// Bases the first estimates on history. To be called before the first event.
  void learn_from(history known) { history_ = std::move(known); }

  /// How many jobs run on each machine, if the run has several.
  struct node_load {
    std::string node;
    unsigned running = 0;
  };
  using node_loads = std::function<std::vector<node_load>()>;
  /// Sets the function asked for these whenever progress is shown.
  void ask_nodes(node_loads where) { node_loads_ = std::move(where); }
  std::vector<node_load> nodes() const {
    return node_loads_ ? node_loads_() : std::vector<node_load>();
  }

  std::uint64_t accepted() const { return accepted_; }
  /// The jobs that have ended.
  const tally& ended() const { return ended_; }
  unsigned running() const { return running_; }
  unsigned running_shielded() const { return running_shielded_; }
  /// Jobs known of, but neither running nor ended; includes those that wait for a retry.
  std::uint64_t pending() const;
  /// How many of these could start but for the capacity of a pool; 0 while all slots are taken.
  std::uint64_t held_by_pools() const;
  /// The pool that all of those wait for; empty if there are several or none.
  std::string held_by_pool() const;
  /// How many have a slot but wait for something else, and what that is: "--delay".
  std::size_t held_at_gate() const { return held_at_gate_; }
  const std::string& gate_held_by() const { return gate_held_by_; }
  /// Nothing runs, and nobody knows how long nothing will start.
  bool stands_still() const {
    return held_at_gate_ > 0 && running_ == 0 && gate_held_by_ != "--delay";
  }
  /// How many jobs the run has; nullopt until the source has ended or has said so.
  std::optional<std::uint64_t> total() const { return total_; }

  /// The running jobs: if at most `count`, in the order of their slots; otherwise the `count` that
  /// have run longest, oldest first. Pointers are valid until the next event.
  std::vector<const running_job*> running_jobs(std::size_t count) const;

  /// Jobs waiting for their next attempt, by number. Valid until the next event.
  const std::map<std::uint64_t, resting_job>& resting() const { return resting_; }
  /// Whether no jobs start because somebody asked for that (weir ctl pause).
  bool starts_paused() const { return starts_paused_; }

  /// Time since the start, except while weir was suspended.
  std::chrono::nanoseconds active(time_point t) const;
  /// Active time at which a job last ended; 0 before that.
  std::chrono::nanoseconds last_end() const { return last_end_; }
  bool is_suspended() const { return suspended_at_.has_value(); }

  /// Jobs that ended per second, over the last ten seconds or so; 0 until that is meaningful.
  double rate(time_point now) const;

  /// How long the rest will take; nullopt while the total is not known, while stopping, and, unless
  /// history knows every job, until two jobs and one second have passed.
  std::optional<std::chrono::nanoseconds> eta(time_point now) const;

  stop_phase phase() const { return stop_ ? stop_->phase : stop_phase::running; }
  /// Whether stopping waits for shielded jobs instead of ending them, too.
  bool waits_for_shielded() const { return stop_ && stop_->shielded > 0; }
  /// How many are waited for: shielded jobs and, as far as known, jobs with a shielded part.
  unsigned waited_for() const;
  /// Why the run stops; empty while it does not. With phase running, it only starts nothing more.
  std::string_view stop_reason() const { return stop_ ? stop_->reason : std::string_view(); }
  /// How much longer shielded jobs are waited for; never negative.
  std::optional<std::chrono::nanoseconds> stop_time_left(time_point now) const;

 private:
  void handle(const job_accepted& e);
  void handle(const total_known& e) { total_ = e.total; }
  void handle(const input_ended& e) { total_ = e.total; }
  void handle(const attempt_started& e);
  void handle(const attempt_failed& e);
  void handle(const job_ended& e);
  void handle(const stop_changed& e);
  void handle(const suspended&);
  void handle(const resumed&);
  void handle(const job_ready& e) { wait_for_pools(e.job, 1); }
  void handle(const starts_held& e);
  void handle(const controlled& e);
  void handle(const limit_set& e) { limit_ = static_cast<unsigned>(e.jobs.value_or(0)); }
  /// Other events change nothing that is shown.
  void handle(const auto&) {}

  std::optional<std::chrono::nanoseconds> release(unsigned slot, std::uint64_t seq, time_point at);
  double expected(const job_spec& job) const;
  void expect(const job_spec& job);
  void expect_no_more(double seconds);
  void wait_for_pools(const job_spec& job, int change);
  void note_end(std::chrono::nanoseconds at);
  std::chrono::nanoseconds busy(std::chrono::nanoseconds now) const;

  unsigned limit_;
  time_point start_;
  clock now_;

  std::uint64_t accepted_ = 0;
  std::uint64_t added_ = 0;  ///< from outside, and not accepted yet
  tally ended_;
  std::optional<std::uint64_t> total_;

  std::vector<running_job> slots_;  ///< by slot - 1; idle ones keep their memory
  unsigned running_ = 0;
  unsigned running_shielded_ = 0;
  std::uint64_t taken_slots_ = 0;
  std::map<std::uint64_t, resting_job> resting_;
  bool starts_paused_ = false;
  std::uint64_t ready_with_pools_ = 0;  ///< jobs that claim a pool and wait for it, or for a slot
  std::map<std::string, std::uint64_t> claims_;  ///< how many of these want each pool

  std::chrono::nanoseconds paused_{};
  std::optional<time_point> suspended_at_;

  std::uint64_t timed_ = 0;                     ///< jobs that ran and ended
  std::chrono::nanoseconds busy_ended_{};       ///< total of the attempts that ended
  std::chrono::nanoseconds started_sum_{};      ///< of `started` of the running ones
  std::chrono::nanoseconds failed_attempts_{};  ///< since the last job ended
  double job_seconds_ = 0;                      ///< how long a job takes, smoothed
  history history_;
  node_loads node_loads_;
  double expected_seconds_ = 0;  ///< of waiting jobs that history knows
  std::uint64_t expected_jobs_ = 0;
  double rate_ = 0;  ///< at last_end_, decays from there
  std::chrono::nanoseconds last_end_{};

  std::size_t held_at_gate_ = 0;
  std::string gate_held_by_;

  std::optional<stop_changed> stop_;  ///< the last one; nullopt while the run is not being stopped
  unsigned shielded_parts_ = 0;       ///< in jobs without a shield, as last reported
  std::optional<std::chrono::nanoseconds> stop_deadline_;  ///< in active time
};

}  // namespace weir
