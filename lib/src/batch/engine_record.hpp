/// What the engine keeps of a job; for engine*.cpp only.
#pragma once

#include <memory>
#include <optional>

#include "batch/engine.hpp"

namespace weir {

/// A job from its acceptance to its final event. Ten thousand of them may wait: it is kept small.
struct engine::record {
  explicit record(job_spec s) : spec(std::move(s)) {}

  /// Between two attempts.
  struct pause {
    attempt_result last;
    system::timer_queue::timer over;
  };

  job_spec spec;
  records::iterator place;
  running_attempt* attempt = nullptr;  ///< while one runs
  output_sink* sink = nullptr;         ///< from the first start, unless output is inherited
  std::size_t bytes = 0;               ///< counted in pending_bytes_, while it is pending
  unsigned attempts = 0;
  unsigned slot = 0;
  bool follows_up = false;                ///< runs after a halt, too
  bool last_attempt = false;              ///< it is not tried again, whatever the policy says
  bool given_up = false;                  ///< its final event was told without its end
  std::optional<std::size_t> running_at;  ///< index in running_, while it has a slot
  std::unique_ptr<pause> backoff;
};

}  // namespace weir
