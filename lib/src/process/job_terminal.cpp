#include "process/job_terminal.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

namespace weir {

namespace {

constexpr unsigned fewest_columns = 20;
constexpr std::size_t tab = 8;

/// Disables post-processing, so that what is captured is what was written.
void let_bytes_through(int fd) {
  termios modes{};
  if (::tcgetattr(fd, &modes) != 0) return;
  modes.c_oflag &= ~static_cast<tcflag_t>(OPOST);
  modes.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
  ::tcsetattr(fd, TCSANOW, &modes);
}

}  // namespace

int open_job_terminal(terminal_cells size, job_terminal& opened) {
  owned_fd ours(::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  if (!ours) return errno;
  int locked = 0;
  if (::ioctl(ours.value(), TIOCSPTLCK, &locked) != 0) return errno;
  owned_fd jobs(::ioctl(ours.value(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!jobs) return errno;
  let_bytes_through(jobs.value());
  resize_terminal(jobs.value(), size);
  opened = {std::move(ours), std::move(jobs)};
  return 0;
}

void resize_terminal(int fd, terminal_cells size) noexcept {
  winsize cells{};
  cells.ws_col = static_cast<unsigned short>(std::min(size.columns, 65535U));
  cells.ws_row = static_cast<unsigned short>(std::min(size.rows, 65535U));
  ::ioctl(fd, TIOCSWINSZ, &cells);
}

terminal_cells beside_tag(terminal_cells screen, std::size_t tag_width) noexcept {
  if (tag_width == 0) return screen;
  const std::size_t taken = (tag_width / tab + 1) * tab;
  const std::size_t left = screen.columns > taken ? screen.columns - taken : 0;
  screen.columns = std::max(static_cast<unsigned>(left), std::min(fewest_columns, screen.columns));
  return screen;
}

}  // namespace weir
