/// What the process in front still says when the engine has gone.
#pragma once

#include <string>
#include <string_view>

namespace weir::cli {

/// On stderr, as a line of its own.
void say_last(std::string line);
/// The reader of stderr may be stuck, and nobody is left to end us: then it is dropped.
void write_if_possible(std::string_view bytes);

}  // namespace weir::cli
