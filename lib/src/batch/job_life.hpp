/// Where each job of a run stands, from its acceptance to its final event.
///
/// One object keeps all jobs, and `enter()` makes every transition: what comes with a stage (a
/// slot, bytes that count as pending, a place among jobs that need others) is taken and given back
/// there and nowhere else. It decides nothing and tells nobody: the engine does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <queue>
#include <unordered_map>
#include <vector>

#include <weir/event.hpp>
#include <weir/executor.hpp>

#include "loop/timer_queue.hpp"

namespace weir {

enum class job_stage : std::uint8_t {
  accepted,  ///< taken from the source
  needing,   ///< waits for jobs that it needs
  held,      ///< ready, but waits until everything that a halt ends has ended
  pending,   ///< the scheduler has it, or is about to get it: waits for a slot
  starting,  ///< has a slot
  running,   ///< its attempt has begun
  resting,   ///< between two attempts, its slot given back
  ended,     ///< its final event has been sent
};

/// Whether a job in that stage holds one of the run's slots.
constexpr bool has_slot(job_stage stage) noexcept {
  return stage == job_stage::starting || stage == job_stage::running;
}

/// A job that has not ended, or that was given up. Ten thousand of them may wait: keep it small.
struct job_record {
  explicit job_record(job_spec s) : spec(std::move(s)) {}

  /// Between two attempts.
  struct rest {
    attempt_result last;
    timer_queue::timer over;
  };

  job_spec spec;
  job_stage stage = job_stage::accepted;  ///< set only by job_lives
  bool follows_up = false;                ///< runs after a halt, too
  bool last_attempt = false;              ///< not tried again, whatever the policy says
  bool unwanted = false;                  ///< does not start any more, since weir ctl said so
  bool queued = false;                    ///< it has ended, but the scheduler still has it
  bool stopped_for_memory = false;        ///< while its attempt runs
  std::uint64_t start = 0;                ///< position in the order of starts, from 1
  unsigned attempts = 0;
  unsigned slot = 0;                   ///< from 1; the last one that it had
  running_attempt* attempt = nullptr;  ///< null unless one runs
  output_sink* sink = nullptr;         ///< from the first start, unless output is inherited
  std::unique_ptr<rest> resting;       ///< null unless in that stage

 private:
  friend class job_lives;
  std::list<job_record>::iterator place_;
  std::size_t bytes_ = 0;      ///< bytes that count as pending
  std::size_t with_slot_ = 0;  ///< index in the list of jobs with a slot, while it has one
};

class job_lives {
 public:
  /// \returns a job in stage accepted; valid until it has ended.
  job_record& accept(job_spec spec);

  /// \pre the job has not ended.
  void enter(job_record& job, job_stage next);
  /// Destroys it, except after give_up(). \pre it has ended.
  void forget(job_record& job);

  /// From now on, jobs that are forgotten stay where they are: their coroutines may still be
  /// resumed.
  void give_up() noexcept { given_up_ = true; }

  /// Every job that has not been forgotten, in the order in which they were accepted.
  std::list<job_record>& all() noexcept { return jobs_; }
  const std::list<job_record>& all() const noexcept { return jobs_; }
  /// Those in one stage, in the same order. Looks at all of them.
  std::vector<job_record*> in(job_stage stage);
  /// Those that have a slot, in no order.
  const std::vector<job_record*>& with_slot() const noexcept { return with_slot_; }
  /// The job with this number if it is in stage needing, otherwise null.
  job_record* needing(std::uint64_t seq);
  bool any_needing() const noexcept { return !needing_.empty(); }

  /// Estimated bytes of memory used by jobs that have never had a slot.
  std::size_t pending_bytes() const noexcept { return pending_bytes_; }
  /// Jobs added from outside that have never had a slot.
  std::size_t added_waiting() const noexcept { return added_waiting_; }

 private:
  void waits_no_more(job_record& job);
  void take_slot(job_record& job);
  void give_back_slot(job_record& job);

  std::list<job_record> jobs_;
  std::list<job_record> kept_;  ///< given up: already reported, though they may still run
  std::unordered_map<std::uint64_t, job_record*> needing_;
  std::vector<job_record*> with_slot_;
  std::priority_queue<unsigned, std::vector<unsigned>, std::greater<>> free_slots_;
  unsigned slots_ = 0;  ///< highest slot ever used
  std::size_t pending_bytes_ = 0;
  std::size_t added_waiting_ = 0;
  bool given_up_ = false;
};

/// The result of something that ended at this moment, without a process.
attempt_result ended_now(const time_source& time, outcome how);

}  // namespace weir
