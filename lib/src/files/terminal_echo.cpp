#include "files/terminal_echo.hpp"

#include <csignal>

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "loop/owned_fd.hpp"

namespace weir {

namespace {

constexpr tcflag_t echo = ECHO | ECHONL;

/// A process that has just gone to the background would be stopped (SIGTTOU).
void set_modes(int terminal, const termios& modes) noexcept {
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTTOU);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  ::tcsetattr(terminal, TCSANOW, &modes);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

void hide_keys(int terminal, hidden_echo& note) noexcept {
  termios modes{};
  if (::tcgetpgrp(terminal) != ::getpgrp() || ::tcgetattr(terminal, &modes) != 0) return;
  const tcflag_t shown = modes.c_lflag & echo;
  if ((shown & ECHO) == 0 || (modes.c_lflag & ICANON) == 0) return;
  note = shown;
  modes.c_lflag &= ~echo;
  set_modes(terminal, modes);
}

void show_keys(int terminal, hidden_echo& note) noexcept {
  const tcflag_t shown = note.exchange(0);
  termios modes{};
  if (shown == 0 || ::tcgetattr(terminal, &modes) != 0) return;
  if ((modes.c_lflag & ICANON) == 0 || (modes.c_lflag & echo) != 0) return;
  modes.c_lflag |= shown;
  set_modes(terminal, modes);
}

void show_keys(hidden_echo& note) noexcept {
  if (note == 0) return;
  const owned_fd terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (terminal) show_keys(terminal.value(), note);
}

}  // namespace weir
