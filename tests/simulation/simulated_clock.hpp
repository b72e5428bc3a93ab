/// A clock that stands still while there is anything to do, and then jumps to the next deadline.
///
/// A run waits for one point in time; the world around it (signals, slow readers, stalls of the
/// input) may wait for any number. A wait of sixty seconds takes no time at all.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "loop/time_source.hpp"

namespace simulation {

class simulated_clock final : public weir::time_source {
 public:
  time_point now() const override { return now_; }
  wall_time wall_now() const override {
    return wall_time(std::chrono::duration_cast<wall_time::duration>(now_.time_since_epoch()));
  }
  void wait_until(time_point when, std::function<void()> reached) override {
    wait_ = when;
    reached_ = std::move(reached);
  }
  void cancel() override { wait_.reset(); }

  /// Something happens in the world at that time.
  void at(time_point when, std::function<void()> happen) {
    world_.emplace(when, std::move(happen));
  }
  void after(time_point::duration delay, std::function<void()> happen) {
    at(now_ + delay, std::move(happen));
  }

  /// Jumps to the next deadline, and does what is due then.
  /// \returns false if there is none.
  bool jump();

  static constexpr time_point start{std::chrono::hours(1)};

 private:
  time_point now_ = start;
  std::optional<time_point> wait_;
  std::function<void()> reached_;
  std::multimap<time_point, std::function<void()>> world_;
};

}  // namespace simulation
