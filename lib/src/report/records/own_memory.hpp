/// The least memory that the kernel reports of a job.
#pragma once

#include <cstdint>

namespace weir {

/// ru_maxrss of a process is at least what its memory was before execve(2), and until then a job
/// runs in weir's own: this is the most that weir itself has had so far, and a little more, since
/// the kernel does not count exactly. 0 if it does not say.
std::uint64_t memory_floor();

}  // namespace weir
