/// Where the results of jobs are that have started: filled in by --results, and emptied by
/// --report, whose page links to them.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

namespace weir {

struct result_places {
  std::string directory;                                ///< the value of --results
  std::unordered_map<std::uint64_t, std::string> of{};  ///< by seq: a name in the directory
};

}  // namespace weir
