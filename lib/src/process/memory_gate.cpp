#include "process/memory_gate.hpp"

#include "text/size.hpp"

namespace weir {

bool memory_gate::lets_start(const job_spec&, time_point now) {
  if (now >= looks_again_) {
    look();
    looks_again_ = now + holds_for;
  }
  return enough_;
}

/// If the system does not provide the figures, nothing is delayed.
void memory_gate::look() {
  const auto state = memory_.look();
  const bool short_of_it = state && state->available < wanted_;
  enough_ = !state || (!short_of_it && !state->stalls);
  if (short_of_it)
    reason_ = "memory (needs " + short_size(wanted_) + why_ + ", " + short_size(state->available) +
              " free)";
  else if (!enough_)
    reason_ = "memory pressure";
}

}  // namespace weir
