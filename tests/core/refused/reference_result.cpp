// refused: a job gives void or an object, not a reference: return a pointer instead
#include <weir/scheduler.hpp>

int shared = 0;
weir::scheduler::awaitable<int&> work() {
  co_return shared;
}
weir::scheduler::awaitable<> run(weir::scheduler& jobs) {
  (void)co_await jobs.spawn(work());
}
