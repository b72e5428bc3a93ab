/// How much memory is available for further processes: on the machine, and in the control groups
/// that this process is in.
///
/// It reads about ten files each time that it is asked: frequent callers keep the answer for a
/// while.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "process/control_groups.hpp"

namespace weir {

struct memory_state {
  std::uint64_t total = 0;      ///< bytes; that of the tightest bound
  std::uint64_t available = 0;  ///< bytes, without swapping
  /// Processes stall for lack of memory (PSI): for a tenth of the last ten seconds, nothing else
  /// ran.
  bool stalls = false;
};

class machine_memory {
 public:
  /// \param root where proc and sys are found, without a final slash: empty for the system's own.
  explicit machine_memory(std::string root = {});

  /// MemTotal and MemAvailable of proc/meminfo; memory.max and memory.current of groups of version
  /// 2, memory.limit_in_bytes and memory.usage_in_bytes of version 1, where what the page cache
  /// would give back at once counts as available. \returns nullopt if proc/meminfo lacks them.
  std::optional<memory_state> look() const;

 private:
  std::string root_;
  std::vector<control_group> groups_;
};

}  // namespace weir
