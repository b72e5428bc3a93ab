#include "process/foreground.hpp"

#include <csignal>

#include <fcntl.h>
#include <unistd.h>

#include "loop/ending.hpp"

namespace weir {

foreground::foreground() : terminal_(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) {
  if (terminal_) ::tcgetattr(terminal_.value(), &modes_);
}

bool foreground::is_with(pid_t job) const noexcept {
  if (!terminal_) return true;
  const pid_t now = ::tcgetpgrp(terminal_.value());
  return now == terminal_group() || now == job;
}

void foreground::give_to(pid_t group) const noexcept {
  if (terminal_) set_group(group);
}

void foreground::take_from(pid_t group) const noexcept {
  // Somebody else has it: a shell, since we are in the background ourselves.
  if (!terminal_ || ::tcgetpgrp(terminal_.value()) != group) return;
  set_group(terminal_group());
  ::tcsetattr(terminal_.value(), TCSADRAIN, &modes_);
}

/// From the background, this would stop the process (SIGTTOU) if the signal were not blocked.
void foreground::set_group(pid_t group) const noexcept {
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTTOU);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  ::tcsetpgrp(terminal_.value(), group);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace weir
