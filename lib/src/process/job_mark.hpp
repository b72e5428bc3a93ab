/// What the environment of a process says about the job that it was started for.
///
/// It is evidence of last resort: a program may drop its environment (`env -i`, sudo), overwrite it
/// (postgres, nginx) or hide it (ssh-agent), and runners inside a job set variables of the same
/// names. An inner weir keeps what the outer one had set, in WEIR_AROUND.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "process/process_owners.hpp"

namespace weir {

/// What identifies a run in the environment of its jobs.
struct run_mark {
  std::string known_as;  ///< PARALLEL_PID
  std::string shield;    ///< the first name in WEIR_SHIELD; empty if this run has none
};

/// \param environment each variable with a NUL after it.
attempt_id mark_in(std::string_view environment, const run_mark& run);

/// The same for a living process. nullopt: it is executing a program, or ending, at this moment,
/// and a later look may tell.
std::optional<attempt_id> mark_of(pid_t pid, const run_mark& run);

/// Whose mark is the innermost one in an environment.
enum class marked_by : std::uint8_t {
  nobody,      ///< nobody known here
  this_run,    ///< a job of this run, and not a run inside it
  run_within,  ///< a job of another weir, which runs in a job of this run
};
marked_by marker_in(std::string_view environment, const run_mark& run);
marked_by marker_of(pid_t pid, const run_mark& run);

/// The value of WEIR_AROUND for the jobs of a weir that was started with this environment:
/// "RUN:SEQ:ATTEMPT" of the weir around it, where RUN is its shield or else its PID, then those
/// around that one, separated by blanks. Empty if there is no weir around it.
std::string marks_around(const char* const* environment);

}  // namespace weir
