/// What becomes of a longer word that contains several items.
#pragma once

#include <cstdint>

namespace weir {

/// Such as x{}y with the items a and b.
enum class many_items : std::uint8_t {
  joined,    ///< one argument, with a blank between items: "xa by"
  repeated,  ///< one for each item: xay xby
  split,     ///< an argument ends between two items: xa by
};

}  // namespace weir
