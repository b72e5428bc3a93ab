#include "process/pursuit.hpp"

#include <unordered_set>

#include <signal.h>

namespace weir {

namespace {

/// One that was killed cannot move on any more, so most rounds find nothing new.
constexpr int most_rounds = 100;

}  // namespace

void pursue(own_children& list, const quarry& wanted) {
  std::unordered_set<pid_t> seen;
  bool any = true;
  for (int round = 0; any && round < most_rounds; ++round) {
    const auto children = list.read();
    if (!children) return;
    any = false;
    for (const pid_t pid : *children) {
      if (wanted.is_none(pid) || !seen.insert(pid).second) continue;
      const auto process = read_process(pid);
      if (!process || !is_alive(*process) || !wanted.is_one(*process)) continue;
      // Nobody else can have its number before we collect it.
      if (::kill(pid, SIGKILL) == 0) any = true;
    }
  }
}

}  // namespace weir
