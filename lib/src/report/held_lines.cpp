#include "report/held_lines.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "report/stop_text.hpp"

namespace weir {

namespace {

using namespace std::chrono_literals;

constexpr auto first_line = 10s;
constexpr std::chrono::nanoseconds longest_silence = 1h;

}  // namespace

held_lines::held_lines(const progress_state& state, printer print, progress_state::clock now)
    : state_(state), print_(std::move(print)), now_(std::move(now)) {}

bool held_lines::stands_still() const {
  return state_.stands_still() && state_.phase() == stop_phase::running;
}

void held_lines::on(const event& e) {
  if (std::holds_alternative<attempt_started>(e)) return since_.reset();
  if (!stands_still()) {
    if (std::holds_alternative<starts_held>(e)) since_.reset();
    return;
  }
  if (since_) return;
  const auto now = now_();
  since_ = state_.active(now);
  due_ = first_line;
  if (wake) wake(now + due_);
}

held_lines::time_point held_lines::tick(time_point now) {
  if (!since_ || !stands_still()) return time_point::max();
  const auto for_long = state_.active(now) - *since_;
  if (for_long >= due_) {
    print_("weir: held up for " + format_seconds(for_long) + " by " + state_.gate_held_by() +
           ": no job runs, " + std::to_string(state_.pending()) + " pending");
    due_ = std::min(due_ * 6, for_long + longest_silence);
  }
  return now + std::max<std::chrono::nanoseconds>(due_ - (state_.active(now) - *since_), 1s);
}

}  // namespace weir
