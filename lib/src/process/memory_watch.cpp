#include "process/memory_watch.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

constexpr auto usual_pause = 1s;
constexpr auto in_a_hurry = 100ms;

}  // namespace

void memory_watch::start(inbox& to) {
  to_ = &to;
  look();
}

/// If the system does not provide the figures, everything goes on.
void memory_watch::look() {
  const auto state = memory_.look();
  const std::uint64_t available = state ? state->available : UINT64_MAX;
  to_->take(memory_short{available / 2 < size_});
  timers_.schedule(next_, available < size_ ? in_a_hurry : usual_pause, [this] { look(); });
}

}  // namespace weir
