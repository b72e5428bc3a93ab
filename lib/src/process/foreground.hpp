/// The terminal that weir shares with a job while the job is in the foreground.
///
/// Done as in a shell (POSIX.1-2017, 11.1.4): the job's group is the foreground group, it receives
/// keys such as Ctrl-C, and afterwards the terminal is as it was before.
#pragma once

#include <termios.h>

#include <sys/types.h>

#include "loop/owned_fd.hpp"

namespace weir {

class foreground {
 public:
  /// Remembers the state of the terminal. If there is none, the rest does nothing.
  foreground();
  foreground(const foreground&) = delete;
  foreground& operator=(const foreground&) = delete;

  /// Whether the foreground belongs to this process's group or the job's, or there is no terminal.
  /// Otherwise a shell is there, which must not lose it.
  bool is_with(pid_t job) const noexcept;
  /// Gives the terminal to a process group.
  void give_to(pid_t group) const noexcept;
  /// Takes it back from that group, and restores the terminal's modes.
  void take_from(pid_t group) const noexcept;

 private:
  void set_group(pid_t group) const noexcept;

  owned_fd terminal_;
  termios modes_{};
};

}  // namespace weir
