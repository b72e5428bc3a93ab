#include "loop/loop_timers.hpp"

namespace weir {

namespace {

/// Asio's way to have one instance per loop.
struct queue_of_loop final : boost::asio::execution_context::service {
  static inline boost::asio::execution_context::id id;
  explicit queue_of_loop(boost::asio::io_context& loop)
      : service(loop), queue(loop.get_executor()) {}
  void shutdown() override {}

  timer_queue queue;
};

}  // namespace

timer_queue& timers_of(loop_executor loop) {
  return boost::asio::use_service<queue_of_loop>(loop.context()).queue;
}

/// Pausing cancels the wait; resuming waits again for what there is.
void rest(timer_queue& timers) {
  timers.pause();
  timers.resume();
}

}  // namespace weir
