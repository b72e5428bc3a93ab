#include "files/terminal.hpp"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "loop/ending.hpp"

namespace weir {

namespace {

constexpr unsigned default_columns = 80;
constexpr unsigned default_rows = 24;
constexpr int rest_timeout_ms = 20;

}  // namespace

bool is_terminal(int fd) {
  return ::isatty(fd) == 1;
}

tty::tty(int fd)
    : shared_(fd),
      own_(::open(("/proc/self/fd/" + std::to_string(fd)).c_str(),
                  O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) {}

tty::~tty() {
  if (own_ >= 0) ::close(own_);
}

terminal_size tty::size() {
  winsize w{};
  if (::ioctl(shared_, TIOCGWINSZ, &w) != 0) w = {};
  return {w.ws_col == 0 ? default_columns : w.ws_col, w.ws_row == 0 ? default_rows : w.ws_row};
}

bool tty::foreground() {
  const pid_t group = ::tcgetpgrp(shared_);
  // ENOTTY: not our controlling terminal, so nobody else is in its foreground, either.
  return group == terminal_group() || (group < 0 && errno == ENOTTY);
}

bool tty::claim() {
  return own_ < 0 || ::flock(own_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

bool tty::ready(int timeout_ms) const {
  pollfd p{own_ >= 0 ? own_ : shared_, POLLOUT, 0};
  return ::poll(&p, 1, timeout_ms) == 1 && (p.revents & POLLOUT) != 0;
}

/// Accepts all of `bytes` or nothing: what the terminal does not take at once is kept for later.
bool tty::send(std::string_view bytes) {
  ssize_t n = 0;
  do n = ::write(own_ >= 0 ? own_ : shared_, bytes.data(), bytes.size());
  while (n < 0 && errno == EINTR);
  if (n <= 0) return false;
  unsent_ = bytes.substr(static_cast<std::size_t>(n));
  return true;
}

bool tty::write(std::string_view bytes) {
  if (bytes.empty()) return true;
  if (!ready(0)) return false;
  if (!unsent_.empty()) {
    // Half an escape sequence may have been written: its rest must follow first.
    const std::string rest = unsent_;
    if (!send(rest) || !unsent_.empty() || !ready(0)) return false;
  }
  if (!send(bytes)) return false;
  // Others write to this terminal, too: give the rest a moment before they do.
  for (int tries = 0; !unsent_.empty() && tries < 3 && ready(rest_timeout_ms); ++tries) {
    const std::string rest = unsent_;
    if (!send(rest)) break;
  }
  return true;
}

}  // namespace weir
