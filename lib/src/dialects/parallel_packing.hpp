/// GNU parallel's options about packing as many items into a job as fit, and about their order.
#pragma once

#include <string>
#include <vector>

#include "dialects/option_table.hpp"

namespace weir {

/// What GNU parallel detects as the longest argument execve(2) accepts: it stops at 99 percent.
inline constexpr const char* longest_line_allowed = "130329";
/// Half of that, less 3000 bytes that it keeps free: the size of a command line if -s does not set
/// one. As many items as in GNU parallel, so that jobs and their numbers are the same.
inline constexpr const char* packed_line = "63664";

struct parallel_packing {
  std::string how;    ///< -m, -X, --xargs, or empty
  std::string chars;  ///< -s
  bool shuffles = false;
  std::string seed;  ///< weir's --shuf-seed

  /// Whether the order differs each time.
  bool by_chance() const { return shuffles && seed.empty(); }
};

/// \returns whether it is such an option.
bool take_packing_option(parallel_packing& packing, const given_foreign_option& o);

/// weir's options with the same effect.
std::vector<std::string> words_for(const parallel_packing& packing);

}  // namespace weir
