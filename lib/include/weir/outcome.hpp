/// How an attempt, or a whole job, ended: a closed set of cases, decided in one place.
///
/// It knows nothing of processes beyond a wait status, and nothing of policy: whether an exit code
/// counts as success is the job's business (job_settings::ok). Outcomes are never collapsed into
/// one integer: exit 9 and SIGKILL stay apart.
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

/// A signal that weir did not send ended the process (WTERMSIG, WCOREDUMP).
struct signaled {
  int signal = 0;
  bool core_dumped = false;
  bool operator==(const signaled&) const = default;
};

/// The attempt ran longer than its timeout and was ended by weir.
struct timed_out {
  std::chrono::nanoseconds limit{};
  bool operator==(const timed_out&) const = default;
};

/// No process of the program ever ran. `error` is an errno value; `what` is the
/// program, or what the step before it failed with: the directory or the file of the input.
struct spawn_failed {
  int error = 0;
  std::string what;
  /// Before the program: "chdir", "stdin"; "refused": `what` says all; empty: executing it.
  std::string step = {};
  bool operator==(const spawn_failed&) const = default;
};

/// weir ended the job while it ran (`started`), or dropped it before it could start.
struct cancelled {
  bool started = false;
  bool operator==(const cancelled&) const = default;
};

/// The job never ran because of what other jobs did, such as "needs build, which failed".
struct skipped {
  std::string reason;
  bool operator==(const skipped&) const = default;
};

/// It ended by itself, and well, but left processes running, which it may not
/// (leftover_rule::fail). They were ended.
struct left_running {
  std::string what;  ///< the first of them: "process 123 (sleep 100)"
  bool operator==(const left_running&) const = default;
};

using outcome =
    std::variant<exited, signaled, timed_out, spawn_failed, cancelled, skipped, left_running>;

/// Decodes a wait status as waitpid(2) gives it.
/// \param status must be that of an ended process, not of a stopped one.
outcome decode_wait_status(int status);

/// The exit status that a shell would give: the code, 128 + signal, 124 for a timeout (as
/// timeout(1)), 126 or 127 for a failed spawn (POSIX sh, 2.8.2), 130 for cancelled, 0 for skipped,
/// 1 for left_running.
int shell_status(const outcome& how);

/// A short phrase for people: "exit 3", "SIGSEGV (core dumped)", "timed out after 10s",
/// "gzipp: command not found", "cancelled", "not started", "skipped: needs build".
std::string describe(const outcome& how);

/// "SIGTERM" for 15; "signal 99" for a number without a name.
std::string signal_name(int signal);

/// "1h2m", "1m30s", "10s", "1.5s", "20ms": at most two units, for people.
std::string format_duration(std::chrono::nanoseconds d);

}  // namespace weir
