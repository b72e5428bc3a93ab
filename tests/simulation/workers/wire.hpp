/// One direction of the network between a run and a worker: two pipes, and what is under way
/// between them.
///
/// Bytes take their time, stand still while the network stalls, and arrive only in part if their
/// sender dies. The ends are real descriptors, so that both sides do their own waiting.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "loop/owned_fd.hpp"
#include "simulation/simulated_clock.hpp"

namespace simulation::workers {

class wire {
 public:
  using time_point = weir::time_source::time_point;

  /// \param is_far the sender does not learn that nobody reads any more.
  wire(simulated_clock& clock, time_point::duration latency, bool is_far);

  /// For the sender to write to, and the receiver to read from; they close these themselves.
  int entry() const noexcept { return entry_.value(); }
  int exit() const noexcept { return exit_.value(); }
  void close_entry() {
    entry_ = weir::owned_fd();
    nothing_new_at_.reset();
  }
  void close_exit() { exit_ = weir::owned_fd(); }

  /// Moves what can be moved now. \returns whether anything did.
  bool pump();
  void stall(time_point until);
  bool is_stalled() const { return clock_.now() < stalled_until_; }
  /// The sender is dead: of what it wrote, this many thousandths arrive.
  void sender_dies(std::uint64_t thousandths);
  /// Nobody reads any more, and what was sent is gone.
  void receiver_dies();
  /// The end of the stream has arrived.
  bool has_ended() const noexcept { return !to_; }

  /// When the receiver last got something before it may have taken the sender for lost; and when it
  /// saw the end; max(): it has not.
  time_point heard() const noexcept { return std::min(heard_, heard_before_silence_); }
  time_point ended() const noexcept { return ended_; }

 private:
  struct parcel {
    time_point arrives;
    std::string bytes;
  };

  bool take();
  bool deliver();
  void wake(time_point when);

  simulated_clock& clock_;
  time_point::duration latency_;
  bool is_far_;
  weir::owned_fd entry_, from_, to_, exit_;
  std::deque<parcel> under_way_;
  std::size_t size_ = 0;                         ///< of these
  std::optional<std::uint64_t> nothing_new_at_;  ///< writes, when from_ was last found empty
  time_point stalled_until_{};
  time_point end_arrives_{};
  time_point heard_;
  time_point heard_before_silence_ = time_point::max();
  time_point ended_ = time_point::max();
};

}  // namespace simulation::workers
