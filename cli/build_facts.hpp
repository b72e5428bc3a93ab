/// What this binary was built with, for reports of faults: --version --verbose.
#pragma once

#include <string>

namespace weir {

/// Lines, each with a newline at its end: compiler, processor, build type, libraries with their
/// versions. The same for the same sources and tools: no time, no machine.
std::string build_facts();

}  // namespace weir
