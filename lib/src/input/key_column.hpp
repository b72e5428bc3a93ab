/// The column by which lines are sorted or grouped, as requested.
#pragma once

#include <cstddef>
#include <string>

namespace weir {

struct key_column {
  std::size_t number = 0;        ///< from 1; 0: by name
  std::string name{};            ///< as in the header
  std::string separator = "\t";  ///< in the syntax of --colsep
  bool operator==(const key_column&) const = default;
};

}  // namespace weir
