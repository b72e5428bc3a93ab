/// Whether this process has been told to end by a signal, and how the terminal knows it then.
#pragma once

#include <sys/types.h>

namespace weir {

/// INT, TERM, HUP or QUIT has been handled, or is blocked and waits to be.
bool is_ending() noexcept;

/// One of them is handled now.
void begin_ending() noexcept;

/// From now on this process is in a process group of its own (setpgid(2)): it is to outlive a KILL
/// to the one in which it was started.
void leave_process_group() noexcept;

/// The process group by which a terminal and its shell know this process: where it is, or was
/// before it left.
pid_t terminal_group() noexcept;

}  // namespace weir
