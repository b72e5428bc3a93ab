/// How a run ended.
#pragma once

#include <cstdint>
#include <exception>

#include <weir/tally.hpp>

namespace weir {

struct run_result {
  std::uint64_t accepted = 0;
  tally jobs;
  bool stopped = false;  ///< something asked it to stop before its jobs were done
  bool enough = false;   ///< --halt did, as soon as so many jobs had succeeded as were asked for
  std::uint64_t failed_after_halt = 0;  ///< of the jobs that run after a halt; without allowed ones
  bool gave_up = false;                 ///< processes would not die
  bool left_alive = false;  ///< so would others, of a job over its timeout or left by one
  /// errno value of what failed on stdout or stderr; EPIPE: the reader is gone; EIO, too, when a
  /// record could not be written; 0: nothing did.
  int output_error = 0;
  bool output_given_up = false;  ///< whoever reads stdout or stderr took nothing more
  /// The source failed with this, or something inside did; what was accepted before it was run.
  std::exception_ptr error;
};

}  // namespace weir
