/// How a run ended.
#pragma once

#include <cstdint>
#include <exception>

#include <weir/tally.hpp>

namespace weir {

struct run_result {
  std::uint64_t accepted = 0;
  tally jobs;
  bool stopped = false;  ///< it was asked to stop before all jobs were done
  bool enough = false;   ///< by --halt, after as many successes as were asked for
  std::uint64_t failed_after_halt =
      0;                    ///< of jobs that run after a halt, not counting allowed failures
  bool gave_up = false;     ///< some processes would not die
  bool left_alive = false;  ///< likewise, of a job that had timed out, or left by one
  /// errno value of what failed on stdout or stderr; EPIPE: the reader is gone; EIO: possibly a
  /// record that could not be written; 0: nothing failed.
  int output_error = 0;
  bool output_given_up = false;  ///< the reader of stdout or stderr stopped reading
  /// What the source failed with, or an internal error; the jobs accepted before it were run.
  std::exception_ptr error;
};

}  // namespace weir
