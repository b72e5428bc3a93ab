/// What holds up starts for the sake of the machine, created as the command line requests.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "options.hpp"
#include "process/gate_command.hpp"
#include "process/load_gate.hpp"
#include "process/memory_gate.hpp"
#include "process/memory_watch.hpp"
#include "process/swap_gate.hpp"

namespace weir::cli {

class machine_gates {
 public:
  /// All references must outlive this.
  machine_gates(const options& o, loop_executor loop, timer_queue& timers, executor& runner);

  /// Valid as long as this exists.
  std::vector<start_holder*> holders();
  /// The run begins. \param to must outlive this.
  void watch(inbox& to);
  /// The run is over. \param then is called when nothing runs for it any more.
  void end(std::function<void()> then);

 private:
  std::optional<load_gate> load_;
  std::optional<memory_gate> memory_;
  std::optional<memory_gate> twice_memory_;
  std::optional<memory_watch> watch_;
  std::optional<swap_gate> swap_;
  std::optional<gate_command> command_;
};

/// What jobs' claims have to fit in; nullopt if no job can have a claim.
std::optional<resource_claims> capacity_for(const options& o);

}  // namespace weir::cli
