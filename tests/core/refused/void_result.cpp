// refused: the function's jobs have no result: use for_each
#include <vector>

#include <weir/for_each.hpp>

weir::scheduler::awaitable<> work(int) {
  co_return;
}
weir::scheduler::awaitable<> run(weir::scheduler& jobs) {
  const std::vector<int> numbers{1, 2};
  (void)co_await weir::map(jobs, numbers, work);
}
