/// A picture of all processes of the machine, from /proc/[pid]/stat (proc(5)).
///
/// Taken only when jobs are ended; one picture serves all jobs that are ended at the same time.
/// process_owners decides whose a process is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace weir {

/// How far up parents are followed: the picture is not atomic, so they could form a cycle.
inline constexpr int deepest_ancestry = 4096;

struct process_entry {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  char state = '?';              ///< as in ps(1): R S D Z T ...
  std::uint64_t start_time = 0;  ///< clock ticks after boot; distinguishes a reused pid

  /// Whether it is that process, or in the group or session that it leads.
  bool is_of(pid_t leader) const noexcept {
    return pid == leader || group == leader || session == leader;
  }
};

/// Whether /proc describes the processes that this one sees. After `unshare --pid` without a mount
/// of /proc, and in some containers, it has other processes' numbers: signals sent to those would
/// hit strangers (pid_namespaces(7)). Checked once. Nothing below reads a /proc that is not ours.
bool proc_is_ours();

/// All processes, in ascending order of pid; empty if /proc is missing, or not ours. A process that
/// is born while they are read may be missing, but not if it is a child of ours by then: of all
/// that jobs have started, either it or an ancestor is there.
std::vector<process_entry> read_process_table();

/// A table of the process and all its ancestors; empty if it is gone.
std::vector<process_entry> read_ancestry(pid_t pid);

/// The entry of one process, if it lives.
std::optional<process_entry> read_process(pid_t pid);

/// Parses one line of /proc/[pid]/stat; the command in it may hold any character.
std::optional<process_entry> parse_stat(std::string_view line);

/// The environment that the process was executed with, unless it has overwritten it: each variable
/// with a NUL after it. Empty if it cannot be read.
std::string read_environment(pid_t pid);

/// Whether the process has arguments to show. One that is executing another program, or exiting,
/// has neither arguments nor an environment.
bool has_arguments(pid_t pid);

/// The arguments of the process as it shows them now, with blanks between them; if it has none, its
/// name in brackets, as in ps(1).
std::string read_command(pid_t pid);

/// The current time in the clock ticks of process_entry::start_time. No system call.
std::uint64_t ticks_now();

/// The older first: what waits for another was there before it.
void sort_by_age(std::vector<process_entry>& some);

/// The entry with this pid in a table from read_process_table(), or null.
const process_entry* find_process(const std::vector<process_entry>& table, pid_t pid);

/// "process 12 is alive in state D": for a process that nothing could end. Without a /proc of ours,
/// only its group is known.
std::string alive_text(pid_t pid, char state);

/// Whether it is neither a zombie nor exiting.
bool is_alive(const process_entry& process) noexcept;

/// The child of `ancestor` that `process` descends from, or is; null if it is not a descendant. The
/// result points into the table, or is `process` itself.
const process_entry* branch_of(pid_t ancestor, const process_entry& process,
                               const std::vector<process_entry>& table);

/// Whether the process is `root`, a descendant of it, or in the group or session of either.
bool belongs_to(pid_t root, const process_entry& process, const std::vector<process_entry>& table);

/// Sends the signal if the process is still the one that the entry describes.
/// \returns whether it was sent.
bool signal_process(const process_entry& process, int signal);

}  // namespace weir
