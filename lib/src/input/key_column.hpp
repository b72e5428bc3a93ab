/// The column by which lines are sorted or grouped, as it was asked for.
#pragma once

#include <cstddef>
#include <string>

namespace weir {

struct key_column {
  std::size_t number = 0;        ///< from 1; 0: by its name
  std::string name{};            ///< as the header has it
  std::string separator = "\t";  ///< as --colsep takes it
  bool operator==(const key_column&) const = default;
};

}  // namespace weir
