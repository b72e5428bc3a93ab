/// Titles of jobs that are shown one below the other, made to be told apart where they do not fit.
///
/// Jobs of one command differ in their items, which often stand far behind. So what all titles
/// begin with gives way first; a title alone gives way in its middle.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace weir {

/// \param titles not escaped. \returns them escaped, each at most `columns` cells wide; unclipped
/// when all of them fit.
std::vector<std::string> row_titles(const std::vector<std::string>& titles, std::size_t columns,
                                    bool utf8);

}  // namespace weir
