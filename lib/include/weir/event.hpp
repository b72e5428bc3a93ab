/// What happens to a batch and its jobs, told to observers in order.
///
/// References inside an event are valid during the call only. Every job that was accepted gets
/// exactly one job_ended, whatever happens to it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
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

/// What an attempt used: the process and those of its children that it waited for (getrusage(2)).
struct resource_usage {
  std::chrono::microseconds user{};
  std::chrono::microseconds system{};
  std::uint64_t max_rss = 0;  ///< bytes
};

/// How one execution of a job went.
struct attempt_result {
  outcome how;
  std::chrono::steady_clock::time_point started;  ///< for durations
  std::chrono::steady_clock::time_point ended;
  std::chrono::system_clock::time_point started_at;  ///< for people and logs
  resource_usage usage;
  bool leaked = false;      ///< a descendant kept its output open after the main process had ended
  std::uint64_t bytes = 0;  ///< of output, both streams
  std::string node = {};    ///< the machine that it ran on; empty: this one
};

/// A source gave a job; it is pending now.
struct job_accepted {
  const job_spec& job;
};
/// The source has no more jobs; `total` were accepted.
struct input_ended {
  std::uint64_t total;
};
/// The total is known before the source has ended (items on the command line, a manifest).
struct total_known {
  std::uint64_t total;
};
/// Nothing that the job needs is missing any more; from now on it waits for a slot or a pool. Not
/// told of jobs that need nothing: they are ready when they are accepted.
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
/// A worker of another machine, or of another process of this one, has taken an attempt. Again,
/// with the same number, when the worker before was lost.
struct attempt_placed {
  const job_spec& job;
  unsigned attempt;
  std::string_view node;
};
/// The worker that ran an attempt was lost with it: how it went is not known, and never will be.
struct attempt_lost {
  const job_spec& job;
  unsigned attempt;
  std::string_view node;
  std::string_view why;  ///< for people
};
/// A running job wrote; told only to observers that asked for output (output_tee).
struct job_output {
  const job_spec& job;
  output_stream which;
  std::span<const char> bytes;
};
/// An attempt failed and the job will be tried again, after `delay`.
struct attempt_failed {
  const job_spec& job;
  unsigned attempt;
  unsigned slot;
  const attempt_result& result;
  duration delay;
  std::string_view tail = {};  ///< last lines of this attempt's output; stderr first choice
};
/// The job's one final event.
struct job_ended {
  const job_spec& job;
  verdict judged;
  unsigned attempts;  ///< 0: it never ran
  unsigned slot;      ///< of the last attempt; 0: it never ran
  const attempt_result& result;
  std::string_view tail;  ///< last lines of output, for a failed job; stderr first choice

  /// It ended in an earlier run, which is resumed: of `result` there is only how.
  bool is_earlier() const { return !runs(job.earlier); }
};
/// Where the run stands on its way to the end (reliability: stop).
enum class stop_phase { running, soft, hard, kill, gave_up };
struct stop_changed {
  stop_phase phase;
  unsigned running;   ///< jobs that run now
  unsigned shielded;  ///< of these, how many are waited for
  std::optional<std::chrono::steady_clock::time_point> deadline;  ///< of waiting for the shielded
  std::string reason;  ///< "SIGINT", "--halt", "stdout: No space left on device"
};
/// weir itself is being stopped (Ctrl-Z) and continued.
struct suspended {};
struct resumed {};
/// How a run is asked to end.
enum class stop_request {
  interrupt,  ///< Ctrl-C
  terminate,  ///< TERM, HUP
  kill,       ///< QUIT, or an error inside
  finish,     ///< --halt soon: start nothing more, let the running jobs end
  halt,       ///< --halt now: end the running jobs, after the shielded
  lost,       ///< output cannot be written: as an interrupt, but nobody insists by it
};
/// Something wants the run to end. What comes of it, stop_changed says.
struct stop_asked {
  stop_request what;
  std::string reason;  ///< for people: "SIGINT"
};
/// One of the outputs of jobs, or what a job wrote, is lost: the run is stopped. Told once.
struct output_failed {
  int error;         ///< errno value; EPIPE: whoever read it has gone
  std::string what;  ///< for people: "stdout: No space left on device"
};
/// A file that tells of the run cannot be written, and is not whole: the run is stopped.
struct record_failed {
  std::string what;  ///< for people: "run.log: removed while the run wrote it"
};
/// This process of a job would not die and is waited for no longer.
struct process_stuck {
  std::uint64_t seq;  ///< of its job; 0: not known
  pid_t pid;
  char state;  ///< as in ps(1)
};
/// The run is over, and this process of a job lives on; nobody will end it.
struct process_left {
  std::uint64_t seq;  ///< of its job; 0: not known
  pid_t pid;
  std::string command;  ///< its arguments as it shows them now, with blanks between them
};
/// One line for people about something unusual: fewer slots than asked for, CR in the input.
struct warning {
  std::string text;
};

/// So many jobs have a slot and may not start, since something else holds them up.
struct starts_held {
  std::size_t jobs;     ///< 0: none any more
  std::string_view by;  ///< for people: "--delay"
};
/// From now on so many jobs may run at once; none: no limit.
struct limit_set {
  std::optional<std::size_t> jobs;
};

/// Somebody has told the running run something, which is done.
struct controlled {
  std::string command;  ///< as it was said: "limit 4"
};

using event =
    std::variant<job_accepted, total_known, input_ended, job_ready, attempt_started, attempt_placed,
                 attempt_lost, job_output, attempt_failed, job_ended, starts_held, stop_asked,
                 stop_changed, suspended, resumed, output_failed, record_failed, process_stuck,
                 process_left, warning, limit_set, controlled>;

/// Whoever is told what happens. Must not throw; runs on the engine's thread, so it must not block.
class observer {
 public:
  virtual ~observer() = default;
  virtual void on(const event& e) = 0;
};

}  // namespace weir
