/// `weir ctl`: tells a running weir something, by the socket of its --control.
#pragma once

namespace weir::cli {

/// Whether that is what the command line asks for.
bool is_ctl(int argc, const char* const* argv);

/// \returns the exit status: 0 done, 1 the run said no. \throws usage_error, io_error
int ctl(int argc, const char* const* argv);

}  // namespace weir::cli
