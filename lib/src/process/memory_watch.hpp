/// Watches the free memory while jobs run, and reports when some of them should be suspended
/// (--memsuspend), as GNU parallel does.
///
/// Below twice the size, jobs are suspended, the youngest first, one a second; below the size, all
/// but one, at once. Above, they go on in the order in which they started.
#pragma once

#include <cstdint>

#include <weir/notice.hpp>

#include "loop/timer_queue.hpp"
#include "process/machine_memory.hpp"

namespace weir {

class memory_watch {
 public:
  /// \param size bytes. \param timers must outlive this.
  memory_watch(timer_queue& timers, std::uint64_t size, machine_memory memory)
      : timers_(timers), size_(size), memory_(std::move(memory)) {}

  /// Sends memory_short from now on, as long as it lives. \param to must outlive this.
  void start(inbox& to);

 private:
  void look();

  timer_queue& timers_;
  std::uint64_t size_;
  machine_memory memory_;
  inbox* to_ = nullptr;
  timer_queue::timer next_;
};

}  // namespace weir
