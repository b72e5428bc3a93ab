/// GNU parallel's options of how many items go into a job by what fits, and of their order.
#pragma once

#include <string>
#include <vector>

#include "dialects/option_table.hpp"

namespace weir {

/// What GNU parallel finds out of what execve(2) takes as one argument: it stops at 99 percent.
inline constexpr const char* longest_line_allowed = "130329";
/// Half of that, without 3000 bytes that it keeps free: so much goes into a command line where no
/// -s says more. As many items as there, so that jobs and their numbers are the same.
inline constexpr const char* packed_line = "63664";

struct parallel_packing {
  std::string how;    ///< -m, -X, --xargs, or empty
  std::string chars;  ///< -s
  bool shuffles = false;
  std::string seed;  ///< --shuf-seed, of weir's

  /// The order is another one each time.
  bool by_chance() const { return shuffles && seed.empty(); }
};

/// \returns whether it is such an option.
bool take_packing_option(parallel_packing& packing, const given_foreign_option& o);

/// The options of weir's that do it.
std::vector<std::string> words_for(const parallel_packing& packing);

}  // namespace weir
