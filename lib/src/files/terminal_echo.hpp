/// Whether a terminal shows the keys that are typed.
///
/// While progress is drawn they would be shown within it. What is hidden is noted where somebody
/// else finds it, who can show it again if this process is killed.
#pragma once

#include <atomic>

namespace weir {

/// The flags of a terminal (termios(3), c_lflag) that were turned off; 0: none.
using hidden_echo = std::atomic<unsigned>;

/// Does nothing while this process is in the background, or the terminal shows no keys anyway.
void hide_keys(int terminal, hidden_echo& note) noexcept;

/// Does nothing to a terminal whose modes somebody else has changed meanwhile, such as a shell that
/// has it back.
void show_keys(int terminal, hidden_echo& note) noexcept;
/// The same for a process that has no descriptor of its terminal.
void show_keys(hidden_echo& note) noexcept;

}  // namespace weir
