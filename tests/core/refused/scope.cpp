// refused: GCC 12 destroys this temporary twice
#include <memory>

#include <weir/with_scheduler.hpp>

weir::scheduler::awaitable<> run(std::shared_ptr<int> peer) {
  (void)co_await weir::with_scheduler(
      weir::scheduler_options(),
      [peer](weir::scheduler&) -> weir::scheduler::awaitable<> { co_return; });
}
