/// A terminal for a job that only uses colours or draws on one (tty = true, --pty).
///
/// Its two output streams are one there. What is written passes unchanged: the terminal adds no
/// carriage returns and echoes nothing.
#pragma once

#include <cstddef>

#include "loop/owned_fd.hpp"

namespace weir {

struct job_terminal {
  owned_fd ours;  ///< to read from; non-blocking
  owned_fd jobs;
};

struct terminal_cells {
  unsigned columns = 80;
  unsigned rows = 24;
};

/// \returns 0 or an errno value.
int open_job_terminal(terminal_cells size, job_terminal& opened);

/// Changes the size and notifies the job (SIGWINCH). \param fd either end.
void resize_terminal(int fd, terminal_cells size) noexcept;

/// What is left of a screen next to a tag and its tab.
terminal_cells beside_tag(terminal_cells screen, std::size_t tag_width) noexcept;

}  // namespace weir
