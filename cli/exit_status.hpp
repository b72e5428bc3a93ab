/// What weir's exit status says.
#pragma once

#include "batch/engine.hpp"

namespace weir::cli {

inline constexpr int exit_success = 0;
inline constexpr int exit_jobs_failed = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_io = 3;
inline constexpr int exit_gave_up = 4;

/// What ended a run besides its jobs.
struct run_end {
  run_result result;
  int stop_signal = 0;  ///< the first signal that stopped it; 0: none
  int output_error =
      0;  ///< errno value of what failed on stdout or stderr; EPIPE: the reader is gone
  bool left_alive = false;       ///< processes of a job over its timeout would not die
  bool output_given_up = false;  ///< whoever reads stdout or stderr took nothing more
};

/// The signal to die by, or 0: then exit_status says how to leave.
int signal_to_die_by(const run_end& end);

/// 0 to 4, the worst first: gave up, output or input lost, bad input, failed jobs.
int exit_status(const run_end& end);

}  // namespace weir::cli
