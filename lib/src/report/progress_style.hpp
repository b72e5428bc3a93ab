/// What may be drawn, decided once from the environment.
///
/// A pure function of variables and of whether the stream is a terminal, so tests need no setenv.
#pragma once

#include <functional>

namespace weir {

struct progress_style {
  bool live = false;  ///< a terminal that understands cursor movements: the bar may be drawn
  bool colour = false;
  bool utf8 = false;          ///< if false, only ASCII is written
  bool osc_progress = false;  ///< the terminal shows progress itself (OSC 9;4) and does not take it
                              ///< for something else
  bool eager = false;         ///< on request: shown at once, and more often in a log
};

/// Returns the value of a variable, or null, as std::getenv does.
using environment = std::function<const char*(const char* name)>;

/// \param is_tty whether the stream that is written to is a terminal.
///
/// Colour: NO_COLOR (not empty) forbids it; otherwise FORCE_COLOR or CLICOLOR_FORCE (not empty, not
/// 0) force it; otherwise it needs a terminal that is not dumb. See no-color.org,
/// bixense.com/clicolors.
progress_style style_from(const environment& variable, bool is_tty);

}  // namespace weir
