#include <algorithm>
#include <iostream>

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <weir/scheduler.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

struct most_at_once {
  int now = 0;
  int most = 0;
};

asio::awaitable<void> use(most_at_once& what) {
  what.most = std::max(what.most, ++what.now);
  asio::steady_timer timer(co_await asio::this_coro::executor, 1ms);
  co_await timer.async_wait(asio::use_awaitable);
  --what.now;
}

asio::awaitable<void> serve(weir::scheduler& jobs, most_at_once& queries, most_at_once& builds) {
  jobs.set_pool("db", 2);
  for (int i = 0; i < 20; ++i) {
    // Waits for the database without holding a slot: builds pass by.
    (void)co_await jobs.spawn(weir::job_options("query").pool("db"), use, std::ref(queries));
    // Takes four of the eight slots.
    (void)co_await jobs.spawn(weir::job_options("build").weight(4), use, std::ref(builds));
  }
  (void)co_await jobs.wait_and_close();
}

int main() {
  asio::io_context io;
  weir::scheduler jobs(io, weir::scheduler_options().limit(8));
  most_at_once queries;
  most_at_once builds;
  asio::co_spawn(io, serve(jobs, queries, builds), asio::detached);
  io.run();
  std::cout << "at most " << queries.most << " queries and " << builds.most << " builds at once\n";
  return queries.most <= 2 && builds.most <= 2 ? 0 : 1;
}
