/// Who else is told of a run: whatever a program links in. weir has nobody; tests/rules has.
#pragma once

#include <memory>

#include <weir/event.hpp>

#include "batch/engine_settings.hpp"
#include "exit_status.hpp"
#include "loop/timer_queue.hpp"
#include "options.hpp"

namespace weir::cli {

class run_watch : public observer {
 public:
  /// After the last event.
  virtual void over(const run_end& end) = 0;
};

/// Null where it is not linked in. \param engine is copied; the others outlive what it returns.
[[gnu::weak]] std::unique_ptr<run_watch> watch_run(const options& o, const engine_settings& engine,
                                                   const timer_queue& timers);

}  // namespace weir::cli
