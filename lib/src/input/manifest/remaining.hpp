/// How urgent each job of a manifest is, when durations of an earlier run are known: --durations.
/// Pure.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "input/manifest/manifest.hpp"

namespace weir {

/// For each job, in the order of m.jobs, the time from its start to the end of the longest chain of
/// jobs that needs it (need_graph.hpp). Of ready jobs with the same priority the one with the most
/// starts first, then the one with the lowest seq. \param durations by title(job); a job that is
/// not there counts as the mean of those that are.
std::vector<duration> remaining_times(const manifest& m,
                                      const std::unordered_map<std::string, duration>& durations);

}  // namespace weir
