/// The host of a worker whose jobs are processes of its own machine.
#pragma once

#include <weir/awaitable.hpp>

#include "cluster/worker.hpp"
#include "loop/timer_queue.hpp"
#include "process/local_site.hpp"

namespace weir {

/// Enters the directory that the run asks for, and gives jobs WEIR_NODE; the run's settings precede
/// those in `local`. \param timers for the jobs; outlive the worker.
worker_host local_host(const loop_executor& loop, timer_queue& timers,
                       local_executor_settings local);

}  // namespace weir
