/// The one timer queue of a loop: for parts that are made separately and have to pause together.
#pragma once

#include "loop/timer_queue.hpp"

namespace weir {

/// Made on first use; lives as long as the loop.
timer_queue& timers_of(loop_executor loop);

/// Lets the loop end unless something is due.
void rest(timer_queue& timers);

}  // namespace weir
