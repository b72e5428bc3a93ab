/// A picture of all processes of the machine, from /proc/[pid]/stat (proc(5)).
///
/// Taken only when jobs are ended; one picture serves all jobs that end at the same time. Whose a
/// process is, process_owners decides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace weir {

/// How far up parents are followed: a picture that is not atomic could hold a circle.
inline constexpr int deepest_ancestry = 4096;

struct process_entry {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  char state = '?';              ///< as in ps(1): R S D Z T ...
  std::uint64_t start_time = 0;  ///< clock ticks after boot; tells a reused pid

  /// It is that process, or in the group or session that it leads.
  bool is_of(pid_t leader) const noexcept {
    return pid == leader || group == leader || session == leader;
  }
};

/// Whether /proc tells of the processes that this one sees. After `unshare --pid` without a mount
/// of /proc, and in some containers, it has the numbers of other processes: to signal those would
/// hit strangers (pid_namespaces(7)). Looked at once. Nothing below reads a /proc that is not ours.
bool proc_is_ours();

/// All processes, in rising order of pid; empty when /proc is not there, or not ours.
std::vector<process_entry> read_process_table();

/// A table of the process and all that it descends from; empty when it is gone.
std::vector<process_entry> read_ancestry(pid_t pid);

/// The entry of one process, if it lives.
std::optional<process_entry> read_process(pid_t pid);

/// Parses one line of /proc/[pid]/stat; the command in it may hold any character.
std::optional<process_entry> parse_stat(std::string_view line);

/// The environment that the process was executed with, if it did not write over it since: each
/// variable with a NUL after it. Empty when it cannot be read.
std::string read_environment(pid_t pid);

/// Whether the process has arguments to show. One that is on its way into another program, or out
/// of this world, has neither these nor an environment.
bool has_arguments(pid_t pid);

/// The arguments of the process as it shows them now, with blanks between them; without any, its
/// name in brackets, as ps(1) does.
std::string read_command(pid_t pid);

/// Now, in the clock ticks of process_entry::start_time. No system call.
std::uint64_t ticks_now();

/// The entry with this pid in a table as read_process_table() gives it, or null.
const process_entry* find_process(const std::vector<process_entry>& table, pid_t pid);

/// "process 12 is alive in state D": told of one that nothing could end. Without our /proc, only
/// its group is known.
std::string alive_text(pid_t pid, char state);

/// Neither a zombie nor on its way out.
bool is_alive(const process_entry& process) noexcept;

/// The child of `ancestor` that `process` descends from, or is; null when it is no descendant of
/// it. The result points into the table, or is `process` itself.
const process_entry* branch_of(pid_t ancestor, const process_entry& process,
                               const std::vector<process_entry>& table);

/// Whether the process is `root`, a descendant of it, or in the group or session of either.
bool belongs_to(pid_t root, const process_entry& process, const std::vector<process_entry>& table);

/// Sends the signal if the process is still the one that the entry describes.
/// \returns whether it was sent.
bool signal_process(const process_entry& process, int signal);

}  // namespace weir
