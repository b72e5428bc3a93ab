/// How one stream is dealt out to jobs that run at the same time.
#pragma once

#include <cstddef>

#include "input/key_column.hpp"

namespace weir {

/// Which job a block goes to.
enum class dealing {
  in_turn,    ///< whole, to the next job that has room
  in_order,   ///< whole, to the next job, waiting for it if need be
  by_hash,    ///< each line, by a hash of one of its columns
  by_number,  ///< each line, by the number in one of its columns
  to_all,     ///< whole, to every job
};

struct dealing_rules {
  dealing how = dealing::in_turn;
  std::size_t jobs = 1;  ///< unused with to_all: the source of jobs decides
  key_column key{};      ///< with by_hash and by_number
};

}  // namespace weir
