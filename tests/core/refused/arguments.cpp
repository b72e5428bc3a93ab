// refused: the function cannot be called with these arguments
#include <weir/scheduler.hpp>

weir::scheduler::awaitable<> work(int) {
  co_return;
}
weir::scheduler::awaitable<> run(weir::scheduler& jobs) {
  (void)co_await jobs.spawn(work, 1, "a name");
}
