/// Progress as lines of text: a pure function of the state, a time, a size and a style.
///
/// It knows no terminal beyond its size: no cursor, no erasing. Colours are the only escape
/// sequences in it, when the style allows them; what comes from jobs is escaped and clipped.
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

/// `cells` wide, `share` (0 to 1) of it filled; in eighths of a cell when `utf8`, else "###---".
std::string render_bar(double share, std::size_t cells, bool utf8);

/// The terminal's own progress (OSC 9;4): percent when the total is known, else busy; red once a
/// job has failed.
std::string osc_progress(const progress_state& state);

/// Takes the terminal's own progress away.
std::string osc_progress_end();

}  // namespace weir
