/// How urgent each job of a manifest is, given the durations of an earlier run: --durations. Pure.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "input/manifest/manifest.hpp"

namespace weir {

/// For each job, in the order of m.jobs, the time from its start to the end of the longest chain of
/// jobs that need it (need_graph.hpp). Of ready jobs with the same priority the one with the
/// longest time starts first, then the one with the lowest seq.
/// \param durations by title(job); a job without one counts as the mean of the others.
std::vector<duration> remaining_times(const manifest& m,
                                      const std::unordered_map<std::string, duration>& durations);

}  // namespace weir
