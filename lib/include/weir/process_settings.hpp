/// How a job's process differs from weir's own: priorities, limits, umask, environment, terminal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

namespace weir {

/// Numbered as in ionice(1) and ioprio_set(2).
struct io_priority {
  int level_class = 0;  ///< 1 realtime, 2 best effort, 3 idle
  int level = 0;        ///< 0 (highest) to 7; ignored for idle
  bool operator==(const io_priority&) const = default;
};

struct resource_limit {
  int resource = 0;  ///< RLIMIT_...
  rlim_t value = 0;  ///< soft and hard; RLIM_INFINITY: none
  bool operator==(const resource_limit&) const = default;
};

/// What all processes of a job may have together: limits of its control group.
struct group_limits {
  std::optional<std::uint64_t> memory;  ///< bytes, swap included; beyond that it is killed
  std::optional<std::uint64_t> pids;    ///< processes and threads
  /// Time on CPUs: 1500 is as much as one and a half CPUs give.
  std::optional<std::uint64_t> milli_cpus;
  bool operator==(const group_limits&) const = default;
};

struct process_settings {
  std::optional<int> nice;  ///< instead of weir's own
  std::optional<io_priority> io;
  std::vector<resource_limit> limits;
  std::optional<group_limits> group;
  std::optional<mode_t> umask;
  /// The only variables it gets from weir's environment; none: all of them.
  std::optional<std::vector<std::string>> passed_environment;
  /// If captured, stdout and stderr are one pseudo-terminal.
  bool terminal = false;
  /// It runs in the foreground of weir's own terminal, and no other job runs meanwhile.
  bool foreground = false;
  bool operator==(const process_settings&) const = default;
};

struct job_settings;

/// Gives a job weir's terminal: it reads from /dev/tty, writes where weir does, and runs alone.
void make_interactive(job_settings& job);

}  // namespace weir
