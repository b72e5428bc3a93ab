/// What the scheduler's operations throw. A job's own exception is never one of these.
#pragma once

#include <string>
#include <system_error>

namespace weir {

/// Why an operation of a scheduler or of a job was refused, or ended without a result.
enum class scheduler_errc {
  closed = 1,    ///< the scheduler takes nothing more
  full,          ///< try_spawn: every place is taken, the job would have to wait
  cancelled,     ///< the job was cancelled or dropped; it has no result
  timed_out,     ///< the time given to the operation, or to the job, is over
  inside,        ///< a job waits for itself, or closes itself or its scheduler
  unknown_pool,  ///< a claim on a pool that set_pool never named
  abandoned,     ///< the job's coroutine was destroyed before it ended
  result_taken,  ///< a move-only result was already handed to another waiter
};

/// The category of scheduler_errc: "weir.scheduler". Safe from any thread.
const std::error_category& scheduler_category() noexcept;

/// Found by argument-dependent lookup, so that scheduler_errc converts to std::error_code.
inline std::error_code make_error_code(scheduler_errc e) noexcept {
  return {static_cast<int>(e), scheduler_category()};
}

/// An operation of a scheduler that failed. code() is a scheduler_errc; what() names the operation.
class scheduler_error : public std::system_error {
 public:
  scheduler_error(scheduler_errc why, const std::string& operation)
      : std::system_error(make_error_code(why), operation) {}
};

}  // namespace weir

template <>
struct std::is_error_code_enum<weir::scheduler_errc> : std::true_type {};
