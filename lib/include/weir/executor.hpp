/// Runs attempts of jobs: as local processes, or by whatever else implements it.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <weir/awaitable.hpp>
#include <weir/event.hpp>
#include <weir/notice.hpp>
#include <weir/output_sink.hpp>

namespace weir {

/// How a running attempt is ended.
enum class ending {
  terminate,  ///< SIGTERM and SIGCONT to its tree, SIGKILL to what is left after the close timeout
  kill,       ///< SIGKILL to its whole tree, now, and to parts that are shielded
};

/// What the engine can do to a running attempt.
class running_attempt {
 public:
  virtual ~running_attempt() = default;
  virtual void end(ending how) = 0;
  /// The same for an attempt of a run that goes on: if not even SIGKILL ends it, it is reported and
  /// given up, for nobody else will.
  virtual void end_alone(ending how) { end(how); }
  /// Something in it is shielded (weir-shield(1)), and goes on when the attempt is ended, which
  /// then waits for it.
  virtual bool has_shield() const { return false; }
  /// Ends that, too, as ending::terminate does. From now on, nothing in it is shielded.
  virtual void end_shields() {}
  /// Stops the whole tree (SIGSTOP) and its timers; undone by resume.
  virtual void suspend() = 0;
  virtual void resume() = 0;
  /// Sets a time limit, counted from the attempt's start. An attempt already past it is ended now.
  virtual void limit_time(duration from_start) = 0;
  /// Gives up on an attempt that will not die: nothing more is read from it or waited for, and its
  /// sink is no longer used.
  virtual void abandon() = 0;
};

struct attempt_request {
  const job_spec& job;
  unsigned attempt;                 ///< from 1
  unsigned slot;                    ///< from 1
  std::optional<duration> timeout;  ///< from its start; none: no limit
  output_sink* sink;                ///< null: the job inherits weir's stdout and stderr
  /// Those that are the job's, as "0,2"; empty: the executor finds as many as the job claims.
  std::string_view gpus = {};
};

/// Processes that the jobs of a run have left behind.
struct leftovers {
  std::vector<process_left> living;  ///< still running
  std::vector<process_stuck>
      stuck;  ///< should have ended but would not; only those not yet reported
};

class executor {
 public:
  virtual ~executor() = default;

  /// Where to report what does not concern a single attempt: a shortage, lost output, a process
  /// that would not die. Called once, before the first run; `to` outlives the attempts.
  virtual void report_to(inbox& /*to*/) {}

  /// Runs the attempt until nothing is left of it that weir waits for.
  /// Terminal cancellation of the coroutine means end(ending::terminate).
  /// \param handle set once the attempt can be ended, and reset to null when it is over; must
  /// outlive the call.
  virtual awaitable<attempt_result> run(attempt_request request, running_attempt*& handle) = 0;

  /// The run is over: ends the processes that must not be left behind.
  /// \param unknown_too also those whose job is not known. \param grace from SIGTERM to SIGKILL.
  virtual awaitable<leftovers> end_leftovers(bool /*unknown_too*/, duration /*grace*/) {
    co_return leftovers{};
  }
  /// Hurries end_leftovers: SIGKILL, then no more waiting.
  virtual void hurry_leftovers() {}
};

}  // namespace weir
