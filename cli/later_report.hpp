/// `weir report`: the page of --report made later, from a journal.
#pragma once

namespace weir::cli {

/// Whether the command line asks for that.
bool is_later_report(int argc, const char* const* argv);

/// \returns the exit status. \throws usage_error, io_error
int later_report(int argc, const char* const* argv);

}  // namespace weir::cli
