/// The simulated clock, as one machine sees it: for one queue of timers.
#pragma once

#include <memory>
#include <utility>

#include "simulation/simulated_clock.hpp"

namespace simulation::workers {

class world_time final : public weir::time_source {
 public:
  explicit world_time(simulated_clock& clock, time_point::duration off = {})
      : clock_(clock), off_(off) {}
  world_time(const world_time&) = delete;
  world_time& operator=(const world_time&) = delete;
  ~world_time() override { cancel(); }

  time_point now() const override { return clock_.now() + off_; }
  wall_time wall_now() const override {
    return clock_.wall_now() + std::chrono::duration_cast<wall_time::duration>(off_);
  }
  void wait_until(time_point when, std::function<void()> reached) override {
    cancel();
    clock_.at(when - off_, [wait = wait_, reached = std::move(reached)] {
      if (std::exchange(*wait, true)) return;
      reached();
    });
  }
  void cancel() override {
    *wait_ = true;
    wait_ = std::make_shared<bool>(false);
  }

 private:
  simulated_clock& clock_;
  time_point::duration off_;
  std::shared_ptr<bool> wait_ = std::make_shared<bool>(false);  ///< whether it is over
};

}  // namespace simulation::workers
