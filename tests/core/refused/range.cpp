// refused: GCC 12 destroys this temporary twice
#include <memory>
#include <vector>

#include <weir/for_each.hpp>

weir::scheduler::awaitable<> run(weir::scheduler& jobs, std::shared_ptr<int> peer) {
  const std::vector<int> numbers{1, 2};
  co_await weir::for_each(jobs, numbers,
                          [peer](int) -> weir::scheduler::awaitable<> { co_return; });
}
