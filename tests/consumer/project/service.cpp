// A service's use of weir::core: the scheduler, and no process in sight.
#include <cstdio>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <weir/scheduler.hpp>

using boost::asio::awaitable;

awaitable<void> work(int& done) {
  ++done;
  co_return;
}

awaitable<void> serve(weir::scheduler& jobs, int& done) {
  for (int i = 0; i < 100; ++i) co_await jobs.spawn(work(done));
  co_await jobs.wait_and_close();
}

int main() {
  boost::asio::io_context loop;
  weir::scheduler jobs(loop, weir::scheduler_options().limit(10));
  int done = 0;
  boost::asio::co_spawn(loop, serve(jobs, done), boost::asio::detached);
  loop.run();
  std::printf("consumer: %d jobs done\n", done);
  return done == 100 ? 0 : 1;
}
