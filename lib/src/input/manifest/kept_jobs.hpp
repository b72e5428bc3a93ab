/// A manifest with some of its jobs. Pure.
#pragma once

#include <vector>

#include "input/manifest/manifest.hpp"

namespace weir {

/// The jobs that are `kept`, by index, renumbered. A need of a job that is not kept counts as met,
/// as if that had succeeded earlier.
/// \pre one flag per job.
manifest keep_jobs(manifest all, const std::vector<bool>& kept);

}  // namespace weir
