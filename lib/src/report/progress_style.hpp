/// What may be drawn, decided once from the environment.
///
/// A pure function of variables and of whether the stream is a terminal: tests need no setenv.
#pragma once

#include <functional>

namespace weir {

struct progress_style {
  bool live = false;  ///< a terminal that understands cursor movements: the bar may be drawn
  bool colour = false;
  bool utf8 = false;  ///< else nothing but ASCII is written
  bool osc_progress =
      false;  ///< the terminal shows progress itself (OSC 9;4) and takes it for nothing else
  bool eager = false;  ///< asked for: shown at once, and in a log more often
};

/// The value of a variable, or null: std::getenv.
using environment = std::function<const char*(const char* name)>;

/// \param is_tty whether the stream that is written to is a terminal.
///
/// Colour: NO_COLOR (not empty) forbids it; else FORCE_COLOR or CLICOLOR_FORCE (not empty, not 0)
/// demand it; else it needs a terminal that is not dumb. See no-color.org, bixense.com/clicolors.
progress_style style_from(const environment& variable, bool is_tty);

}  // namespace weir
