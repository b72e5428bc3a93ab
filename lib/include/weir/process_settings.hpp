/// What the process of a job has otherwise than weir itself: priorities, limits, its umask, its
/// environment, a terminal.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

namespace weir {

/// As ionice(1) and ioprio_set(2) number it.
struct io_priority {
  int level_class = 0;  ///< 1 realtime, 2 best effort, 3 idle
  int level = 0;        ///< 0 (highest) to 7; of idle there is one
  bool operator==(const io_priority&) const = default;
};

struct resource_limit {
  int resource = 0;  ///< RLIMIT_...
  rlim_t value = 0;  ///< soft and hard; RLIM_INFINITY: none
  bool operator==(const resource_limit&) const = default;
};

struct process_settings {
  std::optional<int> nice;  ///< in place of weir's own
  std::optional<io_priority> io;
  std::vector<resource_limit> limits;
  std::optional<mode_t> umask;
  /// Of weir's environment it gets those variables alone; none: all of it.
  std::optional<std::vector<std::string>> passed_environment;
  /// Its stdout and stderr, where they are captured, are one terminal.
  bool terminal = false;
  /// It is in the foreground of weir's own terminal, and no other job runs meanwhile.
  bool foreground = false;
  bool operator==(const process_settings&) const = default;
};

struct job_settings;

/// Gives a job weir's terminal: it reads /dev/tty, writes where weir does, and runs alone.
void make_interactive(job_settings& job);

}  // namespace weir
