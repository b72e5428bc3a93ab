/// A manifest with some of its jobs. Pure.
#pragma once

#include <vector>

#include "input/manifest/manifest.hpp"

namespace weir {

/// The jobs that are `kept`, by index, numbered anew. A need of a job that is not kept counts as
/// met, as if it had succeeded before. \pre one flag a job.
manifest keep_jobs(manifest all, const std::vector<bool>& kept);

}  // namespace weir
