/// The version, and what this binary was built with, for bug reports: --version --verbose.
#pragma once

#include <string>

namespace weir {

/// Lines, each with a newline at its end: name and version; if `verbose`, also compiler, processor,
/// build type, libraries with their versions. Always the same for the same sources and tools: it
/// names no time and no machine.
std::string version_text(bool verbose);

}  // namespace weir
