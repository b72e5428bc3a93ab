/// How an attempt, or a whole job, ended: a closed set of cases, decided in one place.
///
/// It knows nothing about processes beyond a wait status, and nothing about policy: whether an exit
/// code counts as success is up to the job (job_settings::ok). Outcomes are never collapsed into
/// one integer: exit 9 and SIGKILL remain distinct.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

namespace weir {

/// The process ended by itself. `code` is 0..255 (POSIX exit, WEXITSTATUS).
struct exited {
  int code = 0;
  bool operator==(const exited&) const = default;
};

/// The process was ended by a signal that weir did not send (WTERMSIG, WCOREDUMP).
struct signaled {
  int signal = 0;
  bool core_dumped = false;
  bool for_memory = false;  ///< the kernel did, since memory ran out, or the job's share of it
  bool operator==(const signaled&) const = default;
};

/// The attempt exceeded its timeout and was ended by weir.
struct timed_out {
  std::chrono::nanoseconds limit{};
  bool operator==(const timed_out&) const = default;
};

/// The program could not be started. `error` is an errno value; `what` is the program, or what an
/// earlier step failed on: the directory, or the input file.
struct spawn_failed {
  int error = 0;
  std::string what;
  /// The step that failed: "chdir", "stdin"; "send": a file for the job; "return":
  /// a file of the job, which has run; "refused": `what` is the whole reason; empty: exec.
  std::string step = {};
  bool operator==(const spawn_failed&) const = default;
};

/// weir ended the job while it was running (`started`), dropped it before it could start, or
/// stopped before the attempt that a failed job was still to have.
struct cancelled {
  bool started = false;
  bool by_ctl = false;  ///< since weir ctl said so (jobs_unwanted), not because the run is stopped
  int signal = 0;       ///< that its main process died of; 0: none, or it is not known
  /// weir did not end it: it got its signal from whoever stopped the run, or failed, and there was
  /// to be another attempt.
  bool by_itself = false;
  bool operator==(const cancelled&) const = default;
};

/// The job did not run because of other jobs: "needs build, which failed".
struct skipped {
  std::string reason;
  bool operator==(const skipped&) const = default;
};

/// The job succeeded, but left processes running, which it must not (leftover_rule::fail). They
/// were ended.
struct left_running {
  std::string what;  ///< the first of them: "process 123 (sleep 100)"
  bool operator==(const left_running&) const = default;
};

using outcome =
    std::variant<exited, signaled, timed_out, spawn_failed, cancelled, skipped, left_running>;

/// Decodes a wait status as returned by waitpid(2).
/// \param status must be that of a process that has ended, not of a stopped one.
outcome decode_wait_status(int status);

/// The exit status a shell would report: the code, 128 + signal, 124 for a timeout (as
/// timeout(1)), 126 or 127 for a failed spawn (POSIX sh, 2.8.2), 130 for cancelled, 0 for skipped,
/// 1 for left_running.
int shell_status(const outcome& how);

/// A short human-readable phrase: "exit 3", "SIGSEGV (core dumped)", "killed for memory", "timed
/// out after 10s", "gzipp: command not found", "cancelled", "not started", "skipped: needs build".
std::string describe(const outcome& how);

/// "SIGTERM" for 15; "signal 99" for a number without a name.
std::string signal_name(int signal);

/// At most two units, for display: "1h2m", "1m30s", "10s", "1.5s", "20ms".
std::string format_duration(std::chrono::nanoseconds d);

}  // namespace weir
