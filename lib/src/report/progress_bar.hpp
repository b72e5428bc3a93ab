/// Progress as lines of text: a pure function of the state, a time, a size and a style.
///
/// It knows nothing of the terminal but its size: no cursor, no erasing. Colours are its only
/// escape sequences, if the style allows them; text from jobs is escaped and clipped.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "files/terminal.hpp"
#include "report/progress_state.hpp"
#include "report/progress_style.hpp"

namespace weir {

/// One bar line, then a row per running job, as far as half of the screen allows, then "and N
/// more". No line is wider than size.columns - 1; there is at least one line, and none ends in a
/// newline.
std::vector<std::string> render_progress(const progress_state& state,
                                         progress_state::time_point now, terminal_size size,
                                         const progress_style& style);

/// `cells` wide, with `share` (0 to 1) of it filled; in eighths of a cell if `utf8`, otherwise
/// "###---".
std::string render_bar(double share, std::size_t cells, bool utf8);

/// The terminal's own progress display (OSC 9;4): a percentage if the total is known, otherwise
/// busy; red once a job has failed.
std::string osc_progress(const progress_state& state);

/// Removes the terminal's own progress display.
std::string osc_progress_end();

}  // namespace weir
