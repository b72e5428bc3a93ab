/// Whether this process has been told to end by a signal.
#pragma once

namespace weir {

/// INT, TERM, HUP or QUIT has been handled, or is blocked and waits to be.
bool is_ending() noexcept;

/// One of them is handled now.
void begin_ending() noexcept;

}  // namespace weir
