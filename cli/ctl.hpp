/// `weir ctl`: sends a command to a running weir, through the socket of its --control.
#pragma once

namespace weir::cli {

/// Whether the command line asks for that.
bool is_ctl(int argc, const char* const* argv);

/// \returns the exit status: 0 done, 1 refused by the run. \throws usage_error, io_error
int ctl(int argc, const char* const* argv);

}  // namespace weir::cli
