/// A manifest's needs as a picture: --graph. Pure.
#pragma once

#include <string>

#include "input/manifest/manifest.hpp"

namespace weir {

/// A digraph in Graphviz's DOT: an arrow from each needed job to the one that needs it, labelled
/// unless it waits for success; shielded jobs have a double border.
std::string to_dot(const manifest& m);

}  // namespace weir
