/// Many deadlines on one time source, all of which can be paused together.
///
/// Job timeouts, close timeouts and retry delays must not run while weir itself is stopped by
/// Ctrl-Z: the queue counts active time, which stands still between pause() and resume().
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>

#include <weir/awaitable.hpp>

#include "loop/time_source.hpp"

namespace weir {

class timer_queue {
 public:
  using clock = std::chrono::steady_clock;

  /// One deadline; cancelled when destroyed. It must not outlive its queue.
  class timer {
   public:
    timer() = default;
    timer(const timer&) = delete;
    timer& operator=(const timer&) = delete;
    ~timer() { cancel(); }

    void cancel();
    bool scheduled() const noexcept { return queue_ != nullptr; }

   private:
    friend class timer_queue;
    timer_queue* queue_ = nullptr;
    std::multimap<clock::duration, timer*>::iterator place_;
    std::function<void()> expired_;
  };

  /// On the machine's clocks.
  explicit timer_queue(loop_executor executor)
      : owned_(std::make_unique<machine_time>(executor)), time_(*owned_) {}
  /// \param time must outlive this.
  explicit timer_queue(time_source& time) : time_(time) {}

  /// Calls `expired` from the loop after `delay` of active time. Replaces what `t` was waiting for.
  void schedule(timer& t, clock::duration delay, std::function<void()> expired);

  /// The same at a given value of now().
  void schedule_at(timer& t, clock::time_point due, std::function<void()> expired);
  /// Active time: it stands still from pause() to resume().
  clock::time_point now() const { return clock::time_point(active_time()); }

  /// Real time, which goes on between pause() and resume(), too: for stating when something
  /// happened.
  const time_source& time() const noexcept { return time_; }
  /// The real time at a moment of active time, as far as it is known.
  clock::time_point real(clock::time_point active) const { return active + paused_for_; }

  /// Suspends for `delay` of active time; cancelling the coroutine does not cut it short.
  awaitable<> sleep(clock::duration delay);

  /// Active time stands still until resume().
  void pause();
  void resume();

  /// Stops waiting, so that the loop can end; for the end of a run.
  void stop() { time_.cancel(); }

 private:
  using deadlines = std::multimap<clock::duration, timer*>;

  clock::duration active_time() const;
  void arm();
  void expire();

  std::unique_ptr<time_source> owned_;
  time_source& time_;
  deadlines deadlines_;
  clock::time_point armed_for_ = clock::time_point::max();
  clock::duration paused_for_{};
  clock::time_point paused_at_{};
  bool paused_ = false;
};

}  // namespace weir
