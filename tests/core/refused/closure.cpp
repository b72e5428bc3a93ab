// refused: Write spawn(function, args...) with what it captured
#include <memory>

#include <weir/scheduler.hpp>

weir::scheduler::awaitable<> spawn_it(weir::scheduler& jobs, std::shared_ptr<int> peer) {
  (void)co_await jobs.spawn([peer]() -> weir::scheduler::awaitable<> { co_return; });
}
