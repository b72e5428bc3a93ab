#include "system/group_ending.hpp"

#include <string>
#include <utility>

#include <signal.h>
#include <sys/wait.h>

namespace weir::system {

namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 10ms;

}  // namespace

void group_ending::end(pid_t group, duration grace, bool told) {
  if (const auto tell = std::exchange(on_blindness, nullptr))
    tell(
        "/proc is not there, or of another pid namespace: jobs are ended by their process groups "
        "only");
  if (::kill(-group, told ? 0 : SIGTERM) != 0) return;
  if (!told) ::kill(-group, SIGCONT);
  groups_.push_back({group, timer_queue::clock::now() + grace});
  if (!next_.scheduled()) timers_.schedule(next_, between_looks, [this] { step(); });
}

void group_ending::hurry() {
  for (ending& one : groups_) one.kill_at = timer_queue::clock::now();
  if (!groups_.empty()) step();
}

bool group_ending::is_gone(const ending& one) const {
  // A main process of that number: then the group was empty once.
  if (owners_.is_leader(one.group)) return true;
  while (::waitpid(-one.group, nullptr, WNOHANG) > 0) {
  }
  const bool kill = timer_queue::clock::now() >= one.kill_at;
  return ::kill(-one.group, kill ? SIGKILL : 0) != 0;
}

void group_ending::step() {
  std::erase_if(groups_, [this](const ending& one) { return is_gone(one); });
  if (!groups_.empty()) timers_.schedule(next_, between_looks, [this] { step(); });
}

}  // namespace weir::system
