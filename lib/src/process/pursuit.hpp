/// Ends processes that move on: each starts the next and exits.
///
/// A picture of the whole machine is old before it is complete. But whatever such a process starts
/// becomes a child of ours when it exits, and little time passes from reading the list of our
/// children to a signal.
#pragma once

#include <functional>

#include "process/own_children.hpp"
#include "process/process_table.hpp"

namespace weir {

/// Which children of ours are to be killed.
struct quarry {
  /// Asked first: whether it is certainly none of them; it is then not even looked at.
  std::function<bool(pid_t)> is_none;
  std::function<bool(const process_entry&)> is_one;
};

/// Sends KILL to these, and to those that take their place meanwhile. Does nothing where the kernel
/// keeps no list of our children.
void pursue(own_children& list, const quarry& wanted);

}  // namespace weir
