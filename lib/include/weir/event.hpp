/// What happens to a run and its jobs, reported to observers in order.
///
/// References inside an event are valid only during the call. Every accepted job gets exactly one
/// job_ended, whatever happens to it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <sys/types.h>

#include <weir/job_spec.hpp>
#include <weir/outcome.hpp>
#include <weir/tally.hpp>

namespace weir {

/// Resources used by an attempt: its process and the children it waited for (getrusage(2)).
struct resource_usage {
  std::chrono::microseconds user{};
  std::chrono::microseconds system{};
  std::uint64_t max_rss = 0;  ///< bytes
};

/// What the control group of an attempt has used: all of its processes, also those that nobody
/// waited for. None: the kernel does not say.
struct group_usage {
  std::optional<std::uint64_t> memory_peak;  ///< bytes
  std::optional<std::chrono::microseconds> user, system;
  std::optional<std::uint64_t> read, written;  ///< bytes, on devices
  std::optional<std::uint64_t> oom_kills;      ///< processes killed for memory
  bool operator==(const group_usage&) const = default;
};

/// The result of one execution of a job.
struct attempt_result {
  outcome how;
  std::chrono::steady_clock::time_point started;  ///< for durations
  std::chrono::steady_clock::time_point ended;
  std::chrono::system_clock::time_point started_at;  ///< wall clock, for logs
  resource_usage usage;
  bool leaked = false;      ///< a descendant kept the output open after the main process ended
  std::uint64_t bytes = 0;  ///< of output, on both streams
  std::string node = {};    ///< the machine it ran on; empty: this one
  std::shared_ptr<const group_usage> group = nullptr;  ///< null: it had no control group
};

/// The source has produced a job, which is now pending.
struct job_accepted {
  const job_spec& job;
};
/// The source has no more jobs; `total` were accepted.
struct input_ended {
  std::uint64_t total;
};
/// The total is known in advance (items on the command line, a manifest).
struct total_known {
  std::uint64_t total;
};
/// Everything that the job needs has ended; from now on it waits for a slot or a pool. Not sent for
/// jobs without needs: they are ready as soon as they are accepted.
struct job_ready {
  const job_spec& job;
  std::chrono::steady_clock::time_point at;
};
struct attempt_started {
  const job_spec& job;
  unsigned attempt;  ///< from 1
  unsigned slot;     ///< from 1
  std::chrono::steady_clock::time_point at;
};
/// A worker, on another machine or in another process, has taken an attempt. Sent again with the
/// same attempt number if that worker is lost and another one takes over.
struct attempt_placed {
  const job_spec& job;
  unsigned attempt;
  std::string_view node;
};
/// The worker that ran an attempt was lost, and with it the attempt's result.
struct attempt_lost {
  const job_spec& job;
  unsigned attempt;
  std::string_view node;
  std::string_view why;  ///< human-readable
};
/// A running job has written output; sent only to observers that asked for it (output_tee).
struct job_output {
  const job_spec& job;
  output_stream which;
  std::span<const char> bytes;
};
/// An attempt failed, and the job will be retried after `delay`.
struct attempt_failed {
  const job_spec& job;
  unsigned attempt;
  unsigned slot;
  const attempt_result& result;
  duration delay;
  std::string_view tail = {};  ///< last lines of this attempt's output, preferably of stderr
};
/// The job's one final event.
struct job_ended {
  const job_spec& job;
  verdict judged;
  unsigned attempts;  ///< 0: it never ran
  unsigned slot;      ///< of the last attempt; 0: it never ran
  const attempt_result& result;
  std::string_view tail;  ///< last lines of a failed job's output, preferably of stderr

  /// The job ended in the earlier run that is being resumed: only `how` of `result` is known.
  bool is_earlier() const { return !runs(job.earlier); }
};
/// How far the run is on its way to a stop; see docs/stopping.md.
enum class stop_phase { running, soft, hard, kill, gave_up };
struct stop_changed {
  stop_phase phase;
  unsigned running;   ///< jobs running now
  unsigned shielded;  ///< how many of them are being waited for
  std::optional<std::chrono::steady_clock::time_point> deadline;  ///< for the shielded jobs
  std::string reason;  ///< "SIGINT", "--halt", "stdout: No space left on device"
};
/// weir itself is being stopped (Ctrl-Z) and continued.
struct suspended {};
struct resumed {};
/// How a run is asked to end.
enum class stop_request {
  interrupt,  ///< Ctrl-C
  terminate,  ///< SIGTERM, SIGHUP
  kill,       ///< SIGQUIT, or an internal error
  finish,     ///< --halt soon: start nothing more, let running jobs finish
  halt,       ///< --halt now: end the running jobs, once the shielded ones have finished
  lost,       ///< output cannot be written: like an interrupt, but repeats do not escalate
};
/// Something wants the run to end; stop_changed says what follows from it.
struct stop_asked {
  stop_request what;
  std::string reason;  ///< human-readable: "SIGINT"
};
/// Output of jobs cannot be written any more, or has been lost: the run stops. Sent once.
struct output_failed {
  int error;         ///< errno value; EPIPE: the reader has gone
  std::string what;  ///< human-readable: "stdout: No space left on device"
};
/// A record of the run cannot be written and is incomplete: the run stops.
struct record_failed {
  std::string what;  ///< human-readable: "run.log: removed while the run was writing it"
};
/// A process of a job would not die; weir no longer waits for it.
struct process_stuck {
  std::uint64_t seq;  ///< of its job; 0: not known
  pid_t pid;
  char state;  ///< as in ps(1)
};
/// The run is over, and a process of a job is still running; nothing will end it.
struct process_left {
  std::uint64_t seq;  ///< of its job; 0: not known
  pid_t pid;
  std::string command;  ///< its arguments as shown by ps(1), separated by spaces
};
/// One human-readable line about something unusual: fewer slots than requested, CR in the input.
struct warning {
  std::string text;
};

/// Jobs that have a slot but may not start, because something else holds them up.
struct starts_held {
  std::size_t jobs;     ///< 0: none any more
  std::string_view by;  ///< human-readable: "--delay"
};
/// The number of jobs that may run at once from now on; none: no limit.
struct limit_set {
  std::optional<std::size_t> jobs;
};

/// A command from outside (weir ctl) has been carried out.
struct controlled {
  std::string command;  ///< for people: "limit 4"
  /// Of an addition: the line as it was given, the number of the first job that it became, and how
  /// many these are; else empty.
  std::string line = {};
  std::uint64_t seq = 0;
  std::uint64_t jobs = 0;
};

using event =
    std::variant<job_accepted, total_known, input_ended, job_ready, attempt_started, attempt_placed,
                 attempt_lost, job_output, attempt_failed, job_ended, starts_held, stop_asked,
                 stop_changed, suspended, resumed, output_failed, record_failed, process_stuck,
                 process_left, warning, limit_set, controlled>;

/// Receives events. on() must not throw, and must not block: it runs on the engine's thread.
class observer {
 public:
  virtual ~observer() = default;
  virtual void on(const event& e) = 0;
};

}  // namespace weir
