/// How a scheduler is set up, and the plain values that it gives to observers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <source_location>
#include <string_view>

#include <weir/job_view.hpp>

namespace weir {

/// A limit or a pending limit that is never reached.
inline constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();

/// A timeout that never comes.
inline constexpr std::chrono::nanoseconds forever = std::chrono::nanoseconds::max();

/// What the failure of one job means for the others.
enum class failure_policy {
  isolate,    ///< nothing: each job is on its own
  fail_fast,  ///< the scheduler stops, the others are cancelled, waiting for the scheduler rethrows
};

/// What an exception handler is told. The views and references are valid during the call only;
/// copy `job` to keep it.
struct error_context {
  /// "Job processing failed", "Job closing timed out" or "Scheduler destroyed with live jobs".
  std::string_view message;
  job_view job;                     ///< empty when no single job is meant
  std::exception_ptr exception;     ///< never null
  std::source_location spawned_at;  ///< where spawn or shield was called
};

/// Told of a failure that nobody waits for. Runs on the scheduler's executor. It may call any
/// non-awaiting member of the scheduler; what it throws is written to standard error and forgotten.
using exception_handler = std::function<void(const error_context&)>;

/// One step in a job's life, told to an observer as it happens.
struct job_event {
  enum class kind {
    spawned,  ///< it has a place: pending, or active at once
    started,  ///< it is active; its body runs at a later turn of the loop
    ended,    ///< it is closed; job.outcome() says how
  };
  kind what;
  job_view job;
};

/// Told of every step of every job, shields excepted. Runs on the scheduler's executor, in the
/// middle of the step: it must be quick, and must not call back into the scheduler. What it throws
/// is ignored.
using job_observer = std::function<void(const job_event&)>;

/// Settings of a scheduler. Inside a coroutine, give the options a name before co_await: GCC 12
/// destroys the members of a braced aggregate twice when it is a temporary in a co_await
/// expression.
struct scheduler_options {
  /// Most slots in use at once, at least 1; `unlimited`. A job of weight w uses w of them.
  std::int64_t limit = 100;
  /// Most jobs that wait to start, at least 0; 0: spawn suspends until its job can start;
  /// `unlimited`.
  std::int64_t pending_limit = 10'000;
  /// How long a cancelled job may take to end, from the cancellation; `forever`.
  std::chrono::nanoseconds close_timeout = std::chrono::milliseconds(100);
  /// How long wait_and_close waits before it closes, unless told otherwise; `forever`.
  std::chrono::nanoseconds wait_timeout = std::chrono::seconds(60);
  /// Told of failures that nobody waits for; empty: one line on standard error.
  exception_handler on_error = {};
  /// Told of every step of every job; empty: nobody.
  job_observer on_event = {};
  failure_policy policy = failure_policy::isolate;
};

/// How many jobs took each step since the scheduler was made. They only grow.
/// spawned == succeeded + failed + cancelled + never_started + those that are pending or active
/// now.
struct job_counters {
  std::uint64_t spawned = 0;        ///< got a place: pending or active
  std::uint64_t started = 0;        ///< their bodies began to run
  std::uint64_t succeeded = 0;      ///< returned
  std::uint64_t failed = 0;         ///< threw, or ran out of their own timeout
  std::uint64_t cancelled = 0;      ///< ended because they were cancelled while running
  std::uint64_t never_started = 0;  ///< dropped before their bodies began
};

/// What became of the jobs and shields that ended between the call of close or wait_and_close and
/// its return.
struct close_report {
  std::uint64_t finished = 0;       ///< returned
  std::uint64_t failed = 0;         ///< threw
  std::uint64_t cancelled = 0;      ///< ended by the cancellation
  std::uint64_t never_started = 0;  ///< dropped; their bodies never ran
  std::uint64_t still_running = 0;  ///< outlived close_timeout; they go on, unmanaged
};

}  // namespace weir
