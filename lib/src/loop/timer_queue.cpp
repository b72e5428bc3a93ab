#include "loop/timer_queue.hpp"

#include <utility>

#include "loop/completion.hpp"

namespace weir {

void timer_queue::timer::cancel() {
  if (queue_ == nullptr) return;
  queue_->deadlines_.erase(place_);
  queue_ = nullptr;
  expired_ = nullptr;
}

void timer_queue::schedule(timer& t, clock::duration delay, std::function<void()> expired) {
  schedule_at(t, now() + delay, std::move(expired));
}

void timer_queue::schedule_at(timer& t, clock::time_point due, std::function<void()> expired) {
  t.cancel();
  t.queue_ = this;
  t.expired_ = std::move(expired);
  t.place_ = deadlines_.emplace(due.time_since_epoch(), &t);
  if (t.place_ == deadlines_.begin()) arm();
}

awaitable<> timer_queue::sleep(clock::duration delay) {
  timer pause;
  completion rested;
  schedule(pause, delay, [&rested] { rested.complete(); });
  co_await rested.wait();
}

void timer_queue::pause() {
  if (paused_) return;
  paused_at_ = time_.now();
  paused_ = true;
  armed_for_ = clock::time_point::max();
  time_.cancel();
}

void timer_queue::resume() {
  if (!paused_) return;
  paused_for_ += time_.now() - paused_at_;
  paused_ = false;
  arm();
}

timer_queue::clock::duration timer_queue::active_time() const {
  const auto now = paused_ ? paused_at_ : time_.now();
  return now.time_since_epoch() - paused_for_;
}

void timer_queue::arm() {
  if (paused_ || deadlines_.empty()) return;
  const clock::time_point at{deadlines_.begin()->first + paused_for_};
  // An earlier wake-up finds out by itself: rearming costs a system call.
  if (at >= armed_for_) return;
  armed_for_ = at;
  time_.wait_until(at, [this] { expire(); });
}

void timer_queue::expire() {
  armed_for_ = clock::time_point::max();
  while (!paused_ && !deadlines_.empty() && deadlines_.begin()->first <= active_time()) {
    timer& due = *deadlines_.begin()->second;
    // Taken out first: the callback may schedule the same timer again, or destroy it.
    const auto expired = std::move(due.expired_);
    due.cancel();
    expired();
  }
  arm();
}

}  // namespace weir
