/// Runs one attempt of a job: local processes here, whatever else elsewhere.
#pragma once

#include <optional>
#include <vector>

#include <weir/awaitable.hpp>
#include <weir/event.hpp>
#include <weir/notice.hpp>
#include <weir/output_sink.hpp>

namespace weir {

/// How firmly a running attempt is ended.
enum class ending {
  terminate,  ///< TERM and CONT to its whole tree, KILL to what is left after the close timeout
  kill,       ///< KILL to its whole tree, now
};

/// What the engine can do to an attempt that runs.
class running_attempt {
 public:
  virtual ~running_attempt() = default;
  virtual void end(ending how) = 0;
  /// Stops the whole tree (SIGSTOP) and its timers; resume undoes it.
  virtual void suspend() = 0;
  virtual void resume() = 0;
  /// From now on the attempt may take this long, from its start; one that has taken longer is
  /// ended.
  virtual void limit_time(duration from_start) = 0;
  /// It will not die: nothing more is read from it or waited for, and its sink is not used any
  /// more.
  virtual void abandon() = 0;
};

struct attempt_request {
  const job_spec& job;
  unsigned attempt;                 ///< from 1
  unsigned slot;                    ///< from 1
  std::optional<duration> timeout;  ///< from its start; none: no limit
  output_sink* sink;                ///< null: the job inherits weir's stdout and stderr
};

/// What the jobs of a run have left behind.
struct leftovers {
  std::vector<process_left> living;  ///< for good
  std::vector<process_stuck> stuck;  ///< were to end and would not; those that were not told yet
};

class executor {
 public:
  virtual ~executor() = default;

  /// Where to tell what is not of one attempt alone: that there is no room, that output was lost,
  /// that a process would not die. Called once, before the first run; `to` outlives the attempts.
  virtual void report_to(inbox& /*to*/) {}

  /// Runs the attempt until nothing of it is left that weir waits for.
  /// Terminal cancellation of the coroutine is end(ending::terminate).
  /// \param handle is set as soon as the attempt can be ended, and to null when it is over; it
  /// must outlive the call.
  virtual awaitable<attempt_result> run(attempt_request request, running_attempt*& handle) = 0;

  /// Parts of running attempts that go on when those are ended, and that their end waits for.
  virtual unsigned shields() const { return 0; }
  /// Ends these parts, too; attempts that are ended from now on have none.
  virtual void end_shields(ending) {}

  /// The run is over: ends what is not to be left of its jobs. \param unknown_too also what cannot
  /// be told whose it is. \param grace from TERM to KILL.
  virtual awaitable<leftovers> end_leftovers(bool /*unknown_too*/, duration /*grace*/) {
    co_return leftovers{};
  }
  /// Faster: KILL, then no more waiting.
  virtual void hurry_leftovers() {}
};

}  // namespace weir
