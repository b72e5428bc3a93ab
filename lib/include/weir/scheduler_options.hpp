/// A scheduler's settings, and the plain values that it passes to observers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <source_location>
#include <string_view>
#include <utility>

#include <weir/job_view.hpp>

namespace weir {

/// A limit or a pending limit that is never reached.
inline constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();

/// A timeout that never comes.
inline constexpr std::chrono::nanoseconds forever = std::chrono::nanoseconds::max();

/// What one job's failure means for the others.
enum class failure_policy {
  isolate,    ///< nothing: each job stands alone
  fail_fast,  ///< the scheduler stops and cancels the others; waiting for it rethrows
};

/// The argument of an exception handler. Views and references are valid only during the call; copy
/// `job` to keep it.
struct error_context {
  /// "Job processing failed", "Job closing timed out" or "Scheduler destroyed with live jobs".
  std::string_view message;
  job_view job;                     ///< empty if it does not concern a single job
  std::exception_ptr exception;     ///< never null
  std::source_location spawned_at;  ///< where spawn or shield was called
};

/// Called with a failure that nobody waits for, on the scheduler's executor. It may call any
/// non-awaitable member of the scheduler; what it throws is written to standard error and dropped.
using exception_handler = std::function<void(const error_context&)>;

/// One step in a job's life, passed to the observer as it happens.
struct scheduler_event {
  enum class kind {
    spawned,  ///< it has a place: pending, or active at once
    started,  ///< it is active; its body will run at a later turn of the loop
    ended,    ///< it is closed; job.outcome() says how
  };
  kind what;
  job_view job;
};

/// Called for every step of every job, except shields, on the scheduler's executor and in the
/// middle of the step: it must be quick, and must not call back into the scheduler. What it throws
/// is ignored.
using scheduler_observer = std::function<void(const scheduler_event&)>;

/// Settings of a scheduler, to be chained: `scheduler_options().limit(10).on_error(report)`.
///
/// Deliberately not an aggregate: GCC 12 destroys the members of a braced aggregate twice if it is
/// a temporary in a co_await expression.
class scheduler_options {
 public:
  /// The defaults, which are documented with each setting.
  scheduler_options() = default;

  /// The maximum number of slots in use at once: at least 1, or `unlimited`. A job of weight w uses
  /// w of them. Default 100.
  scheduler_options& limit(std::int64_t slots) { return limit_ = slots, *this; }
  /// The maximum number of jobs waiting to start, or `unlimited`; with 0, spawn suspends until its
  /// job can start. Default 10 000.
  scheduler_options& pending_limit(std::int64_t jobs) { return pending_limit_ = jobs, *this; }
  /// How long a cancelled job may take to end, from the cancellation on; may be `forever`. Default
  /// 100 ms.
  scheduler_options& close_timeout(std::chrono::nanoseconds time) {
    return close_timeout_ = time, *this;
  }
  /// How long wait_and_close waits before it closes, if the call does not say; may be `forever`.
  /// Default 60 s.
  scheduler_options& wait_timeout(std::chrono::nanoseconds time) {
    return wait_timeout_ = time, *this;
  }
  /// Called with failures that nobody waits for. Empty (default): one line on standard error.
  scheduler_options& on_error(exception_handler handler) {
    return on_error_ = std::move(handler), *this;
  }
  /// Called for every step of every job. Empty (default): none.
  scheduler_options& on_event(scheduler_observer observer) {
    return on_event_ = std::move(observer), *this;
  }
  /// What one job's failure means for the others. Default failure_policy::isolate.
  scheduler_options& policy(failure_policy value) { return policy_ = value, *this; }

  // The current values.
  std::int64_t limit() const noexcept { return limit_; }
  std::int64_t pending_limit() const noexcept { return pending_limit_; }
  std::chrono::nanoseconds close_timeout() const noexcept { return close_timeout_; }
  std::chrono::nanoseconds wait_timeout() const noexcept { return wait_timeout_; }
  const exception_handler& on_error() const noexcept { return on_error_; }
  const scheduler_observer& on_event() const noexcept { return on_event_; }
  failure_policy policy() const noexcept { return policy_; }

 private:
  std::int64_t limit_ = 100;
  std::int64_t pending_limit_ = 10'000;
  std::chrono::nanoseconds close_timeout_ = std::chrono::milliseconds(100);
  std::chrono::nanoseconds wait_timeout_ = std::chrono::seconds(60);
  exception_handler on_error_;
  scheduler_observer on_event_;
  failure_policy policy_ = failure_policy::isolate;
};

/// How many jobs have taken each step since the scheduler was created. They never decrease.
/// spawned == succeeded + failed + cancelled + never_started + those now pending or active.
struct job_counters {
  std::uint64_t spawned = 0;        ///< got a place: pending or active
  std::uint64_t started = 0;        ///< their bodies began to run
  std::uint64_t succeeded = 0;      ///< returned
  std::uint64_t failed = 0;         ///< threw, or exceeded their own timeout
  std::uint64_t cancelled = 0;      ///< ended because they were cancelled while running
  std::uint64_t never_started = 0;  ///< dropped before their bodies began
};

/// What happened to the jobs and shields that ended between the call of close or wait_and_close and
/// its return.
struct close_report {
  std::uint64_t finished = 0;       ///< returned
  std::uint64_t failed = 0;         ///< threw
  std::uint64_t cancelled = 0;      ///< ended by the cancellation
  std::uint64_t never_started = 0;  ///< dropped; their bodies never ran
  std::uint64_t still_running = 0;  ///< outlived close_timeout; they keep running, unmanaged
};

}  // namespace weir
