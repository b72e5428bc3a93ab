// refused: give it a name first and pass weir::moved(name)
#include <string>

#include <weir/scheduler.hpp>

struct request {
  std::string path;
};
weir::scheduler::awaitable<> serve(request) {
  co_return;
}
weir::scheduler::awaitable<> spawn_it(weir::scheduler& jobs) {
  (void)co_await jobs.spawn(serve, request{"/"});
}
