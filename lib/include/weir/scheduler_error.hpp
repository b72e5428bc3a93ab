/// The errors that the scheduler's operations throw. A job's own exception is never one of these.
#pragma once

#include <string>
#include <system_error>

namespace weir {

/// Why an operation of a scheduler or of a job was refused, or ended without a result.
enum class scheduler_errc {
  closed = 1,    ///< the scheduler takes no more jobs
  full,          ///< try_spawn: there is no place, and spawn would have to wait
  cancelled,     ///< the job was cancelled or dropped, and has no result
  timed_out,     ///< the operation, or the job, exceeded its time
  inside,        ///< a job tried to wait for or close itself, or to close its scheduler
  unknown_pool,  ///< a claim on a pool that set_pool never created
  abandoned,     ///< the job's coroutine was destroyed before it ended
  result_taken,  ///< a move-only result was already handed to another waiter
};

/// The category of scheduler_errc: "weir.scheduler". Safe from any thread.
const std::error_category& scheduler_category() noexcept;

/// Found by argument-dependent lookup, so that scheduler_errc converts to std::error_code.
inline std::error_code make_error_code(scheduler_errc e) noexcept {
  return {static_cast<int>(e), scheduler_category()};
}

/// A failed operation of a scheduler. code() is a scheduler_errc; what() names the operation.
class scheduler_error : public std::system_error {
 public:
  scheduler_error(scheduler_errc why, const std::string& operation)
      : std::system_error(make_error_code(why), operation) {}
};

}  // namespace weir

template <>
struct std::is_error_code_enum<weir::scheduler_errc> : std::true_type {};
