/// The meaning of weir's exit status.
#pragma once

#include <weir/run_result.hpp>

namespace weir::cli {

inline constexpr int exit_success = 0;
inline constexpr int exit_jobs_failed = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_io = 3;
inline constexpr int exit_gave_up = 4;

struct run_end {
  run_result result;
  int stop_signal = 0;  ///< the first signal that stopped it; 0: none
};

/// The signal to die by, or 0: then exit_status gives the status.
int signal_to_die_by(const run_end& end);

/// 0 to 4, the worst first: gave up, output or input lost, bad input, failed jobs.
int exit_status(const run_end& end);

}  // namespace weir::cli
