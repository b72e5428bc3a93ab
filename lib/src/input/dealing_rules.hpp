/// How one stream is dealt out to jobs that run at once.
#pragma once

#include <cstddef>

#include "input/key_column.hpp"

namespace weir {

/// To which job a block goes.
enum class dealing {
  in_turn,    ///< whole, to the next one that has room
  in_order,   ///< whole, to the next one, which is waited for
  by_hash,    ///< each line, by a hash of one of its columns
  by_number,  ///< each line, by the number in one of its columns
  to_all,     ///< whole, to each
};

struct dealing_rules {
  dealing how = dealing::in_turn;
  std::size_t jobs = 1;  ///< not with to_all: as many as `jobs` makes
  key_column key{};      ///< with by_hash and by_number
};

}  // namespace weir
