/// The terminal that weir shares with a job, while the job is in its foreground.
///
/// As a shell does it (POSIX.1-2017, 11.1.4): the job's group is the foreground group, keys such as
/// Ctrl-C are its own, and afterwards the terminal is as it was before.
#pragma once

#include <termios.h>

#include <sys/types.h>

#include "loop/owned_fd.hpp"

namespace weir {

class foreground {
 public:
  /// Remembers how the terminal is. Where there is none, the rest does nothing.
  foreground();
  foreground(const foreground&) = delete;
  foreground& operator=(const foreground&) = delete;

  /// Whether this process's group is in the foreground, or that of the job, or there is no
  /// terminal. If not, a shell is, which must not lose it.
  bool is_with(pid_t job) const noexcept;
  /// Gives it to a process group.
  void give_to(pid_t group) const noexcept;
  /// Takes it back from that group, and puts the terminal's modes back.
  void take_from(pid_t group) const noexcept;

 private:
  void set_group(pid_t group) const noexcept;

  owned_fd terminal_;
  termios modes_{};
};

}  // namespace weir
