/// Titles of jobs listed one below the other, shortened so that they can still be told apart.
///
/// Jobs of one command differ in their items, which often come late in the line. So the beginning
/// that all titles share is cut first; a single title is cut in its middle.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace weir {

/// \param titles not escaped. \returns them escaped, each at most `columns` cells wide; unclipped
/// if all of them fit.
std::vector<std::string> row_titles(const std::vector<std::string>& titles, std::size_t columns,
                                    bool utf8);

}  // namespace weir
