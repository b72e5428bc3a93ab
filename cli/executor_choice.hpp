/// What runs the attempts of a run: this process, or the workers named by --on.
#pragma once

#include <memory>

#include <weir/executor.hpp>

#include "cluster/pilot_executor.hpp"
#include "keeper.hpp"
#include "loop/timer_queue.hpp"
#include "options.hpp"
#include "process/local_executor.hpp"
#include "signals.hpp"

namespace weir::cli {

struct chosen_executor {
  std::unique_ptr<executor> one;
  pilot_executor* elsewhere = nullptr;  ///< the same executor, if jobs run on workers
  local_executor* local = nullptr;      ///< the same executor, if jobs run in this process
};

/// \param timers must outlive it. \throws io_error if no descriptor is left.
chosen_executor choose_executor(const options& o, loop_executor loop, timer_queue& timers,
                                const signals& s, const kept& kept);

}  // namespace weir::cli
