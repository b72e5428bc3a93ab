/// How much memory there is for further processes: of the machine, and of the control groups that
/// this process is in.
///
/// It reads files each time that it is asked, some ten of them: whoever asks often keeps the answer
/// for a while.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "process/control_groups.hpp"

namespace weir {

struct memory_state {
  std::uint64_t total = 0;      ///< bytes; of the smallest that bounds it
  std::uint64_t available = 0;  ///< bytes, without swapping
  /// Processes stall for want of it (PSI): for a tenth of the last ten seconds, nothing else went
  /// on.
  bool stalls = false;
};

class machine_memory {
 public:
  /// \param root where proc and sys are looked for, without a final slash: empty for the system's.
  explicit machine_memory(std::string root = {});

  /// MemTotal and MemAvailable of proc/meminfo; memory.max and memory.current of groups of version
  /// 2, memory.limit_in_bytes and memory.usage_in_bytes of version 1, where what the page cache
  /// would give back at once counts as available. \returns none when proc/meminfo does not say it.
  std::optional<memory_state> look() const;

 private:
  std::string root_;
  std::vector<control_group> groups_;
};

}  // namespace weir
