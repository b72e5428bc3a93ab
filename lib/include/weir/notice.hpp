/// What reaches a run from outside: there is one way in, inbox::take.
///
/// Whoever hears of something that concerns the run as a whole (a signal, a service that wants to
/// stop, an output that fails, an executor that has no room) says so here, on the loop's thread,
/// and has no further business with it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <variant>

#include <weir/event.hpp>

namespace weir {

/// Whether the executor waits for room for another process. Until it has some, nothing else starts.
struct room_missing {
  bool now;
};

/// What starts were held up by may be over: a token of a token_pool may be there.
struct start_possible {};

/// So many slots more, or less where it is negative; never none, and nothing where there is no
/// limit.
struct limit_changed {
  int by;
};

/// Nothing starts until it is told that it may again.
struct starts_paused {
  bool now;
};

/// The machine is short of memory: of the jobs that run, the one that started last stops, unless it
/// is the only one. Or it is not any more: of those, the one that started first goes on.
struct memory_short {
  bool now;
};

/// Jobs are to end, those that have not started to be dropped; none of them is tried again.
struct jobs_unwanted {
  std::function<bool(const job_spec&)> which;
  bool kill;                                     ///< without a grace
  std::shared_ptr<std::size_t> found = nullptr;  ///< is set to how many there were
};

using notice = std::variant<stop_asked, suspended, resumed, output_failed, record_failed,
                            room_missing, start_possible, limit_changed, limit_set, starts_paused,
                            memory_short, jobs_unwanted, attempt_placed, attempt_lost,
                            process_stuck, process_left, total_known, warning, controlled>;

/// Takes what is told to a run.
class inbox {
 public:
  virtual ~inbox() = default;
  virtual void take(const notice& what) = 0;
};

}  // namespace weir
