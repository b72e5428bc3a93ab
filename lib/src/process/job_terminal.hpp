/// A terminal of its own for a job that colours or draws only on one (tty = true, --pty).
///
/// Its two output streams are one there. What is written comes through as it is: the terminal adds
/// no carriage returns and echoes nothing.
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

/// Tells the job (SIGWINCH). \param fd either end.
void resize_terminal(int fd, terminal_cells size) noexcept;

/// What is left of a screen beside a tag and its tab.
terminal_cells beside_tag(terminal_cells screen, std::size_t tag_width) noexcept;

}  // namespace weir
