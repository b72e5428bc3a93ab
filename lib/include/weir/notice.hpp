/// Messages to a run from outside. There is one way in: inbox::take.
///
/// Anything that concerns the run as a whole (a signal, a service that wants to stop, an output
/// that fails, an executor out of resources) is reported here, on the loop's thread; what follows
/// from it is up to the run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <weir/event.hpp>

namespace weir {

/// Whether the executor is waiting for resources to start another process. Until it gets them,
/// nothing else starts.
struct room_missing {
  bool now;
};

/// Whatever held up starts may be over: a token_pool may have a token.
struct start_possible {};

/// Changes the number of slots by this much, up or down; at least one remains. Has no effect if
/// there is no limit.
struct limit_changed {
  int by;
};

/// Jobs of this much weight may run at once among those that ask for this label
/// (job_settings::on). Only for labels that the engine was told of in the beginning.
struct label_capacity {
  std::string label;
  std::optional<std::uint64_t> weight;  ///< nullopt: no limit
};

/// Whether starts are paused.
struct starts_paused {
  bool now;
};

/// Whether the machine is short of memory. If so, the running job that started last is suspended,
/// unless it is the only one; if not, of the suspended jobs the one that started first resumes.
struct memory_short {
  bool now;
};

/// Ends the jobs selected, and drops those of them that have not started; none of them is retried.
struct jobs_unwanted {
  std::function<bool(const job_spec&)> which;
  bool kill;                                     ///< with SIGKILL at once
  std::shared_ptr<std::size_t> found = nullptr;  ///< receives the number of jobs found
};

/// A job that was added to a run from outside.
struct added_job {
  std::uint64_t seq;
  std::string title;
};

/// Makes jobs of a line, as the source does of one of its own.
struct job_wanted {
  struct answer {
    std::vector<added_job> jobs;
    std::string refused;  ///< why there are none; else empty
  };
  std::string line;
  std::shared_ptr<answer> told;  ///< not null; receives the answer at once
};

/// What a job that has not started waits for.
enum class start_wait {
  needs,   ///< jobs that it needs
  slot,    ///< one slot; for `weight`, as many as it takes
  weight,  ///< more slots than are free
  pool,    ///< units of a pool
  label,   ///< a worker that has its label
  turn,    ///< jobs before it, for which what is free is kept
  gate,    ///< it has a slot, and a start_holder lets nothing start
  input,   ///< the rest of the input, which decides what starts first
  halt,    ///< the end of the jobs that a halt ends
  stop,    ///< its end: the run is being stopped
};

/// The word for it, as above.
std::string_view to_string(start_wait what);

struct waiting_job {
  std::uint64_t seq;
  std::string title;
  start_wait what;
  std::string why;  ///< human-readable, escaped, to follow "waits for"
};

/// Asks which jobs have not started, and why, in the order of the input. Those between two attempts
/// do not count.
struct waiting_asked {
  struct answer {
    std::vector<waiting_job> jobs;
    std::size_t more = 0;  ///< than those
  };
  std::size_t most;              ///< jobs to tell of
  std::shared_ptr<answer> told;  ///< not null; receives the answer at once
};

using notice =
    std::variant<stop_asked, suspended, resumed, output_failed, record_failed, room_missing,
                 start_possible, limit_changed, label_capacity, limit_set, starts_paused,
                 memory_short, jobs_unwanted, job_wanted, waiting_asked, attempt_placed,
                 attempt_lost, process_stuck, process_left, total_known, warning, controlled>;

/// Takes messages to a run.
class inbox {
 public:
  virtual ~inbox() = default;
  virtual void take(const notice& what) = 0;
};

}  // namespace weir
