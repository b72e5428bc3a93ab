#include "simulation/simulated_gates.hpp"

#include <utility>

#include <sys/ioctl.h>

namespace simulation {

using namespace weir;
using namespace std::chrono_literals;

namespace {

constexpr auto asked_again_after = 15ms;

}  // namespace

simulated_tokens::simulated_tokens(const planned_tokens& plan, simulated_clock& clock)
    : plan_(plan),
      clock_(clock),
      pipe_(token_pipe::make_pipe()),
      others_(token_pipe::join(pipe_.address().value()).value()) {
  pipe_.fill(plan.there);
}

bool simulated_tokens::try_take() {
  if (dead_) return false;
  const bool taken = pipe_.try_take();
  taken_ += taken ? 1 : 0;
  wanted_ = wanted_ || !taken;
  return taken;
}

void simulated_tokens::die() {
  dead_ = true;
  pipe_.close_down();
}

void simulated_tokens::give_back() noexcept {
  if (dead_) return;
  --taken_;
  pipe_.give_back();
  tell();
}

void simulated_tokens::take_elsewhere(milliseconds how_long) {
  if (!others_.try_take()) return;
  ++elsewhere_;
  clock_.after(how_long, [this] {
    --elsewhere_;
    others_.give_back();
    tell();
  });
}

/// The loop sees a pipe that can be read when its turn comes, not at once.
void simulated_tokens::tell() {
  if (!std::exchange(wanted_, false)) return;
  telling_ = true;
  clock_.after(0ms, [this] {
    telling_ = false;
    inbox_->take(start_possible{});
  });
}

bool simulated_tokens::are_conserved(std::size_t taken) const {
  int in_pipe = -1;
  ::ioctl(pipe_.fd(), FIONREAD, &in_pipe);
  return in_pipe >= 0 && static_cast<std::size_t>(in_pipe) + taken + elsewhere_ == plan_.there;
}

bool simulated_gate::lets_start(const job_spec&, time_point now) {
  if (closed_ == 0) return true;
  if (plan_.asks_again) again_ = now + asked_again_after;
  return false;
}

void simulated_gate::close(milliseconds how_long) {
  ++closed_;
  clock_.after(how_long, [this] {
    if (--closed_ == 0 && !plan_.asks_again) inbox_->take(start_possible{});
  });
}

}  // namespace simulation
