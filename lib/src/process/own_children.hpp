/// The children of this process, as a list that the kernel keeps (proc(5),
/// /proc/[pid]/task/[tid]/children): that needs no picture of the whole machine.
#pragma once

#include <optional>
#include <vector>

#include <sys/types.h>

#include "loop/owned_fd.hpp"

namespace weir {

class own_children {
 public:
  /// \returns their numbers, with those that have ended and have not been reaped; nothing if there
  /// is no such list, or no descriptor for it.
  std::optional<std::vector<pid_t>> read();

  /// Gives the descriptor back; read() takes another.
  void close() noexcept { list_ = owned_fd(); }
  bool is_open() const noexcept { return static_cast<bool>(list_); }

 private:
  owned_fd list_;
};

}  // namespace weir
