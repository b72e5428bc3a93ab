/// The one timer queue of a loop: for pieces that are made apart and have to pause together.
#pragma once

#include "loop/timer_queue.hpp"

namespace weir {

/// Made when it is first asked for, gone with the loop.
timer_queue& timers_of(loop_executor loop);

/// Lets the loop end unless something is due.
void rest(timer_queue& timers);

}  // namespace weir
