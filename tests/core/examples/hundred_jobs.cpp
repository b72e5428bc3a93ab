#include <iostream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <weir/scheduler.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

int finished = 0;

asio::awaitable<void> work(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
  ++finished;
}

asio::awaitable<void> serve(weir::scheduler& jobs) {
  for (int i = 0; i < 100; ++i) {
    // At most 10 run at once; spawn itself waits when 1000 more are pending.
    (void)co_await jobs.spawn(work(i % 10 * 1ms));
  }
  const weir::close_report report = co_await jobs.wait_and_close();
  std::cout << report.finished << " finished while we waited, " << finished << " in all\n";
}

int main() {
  asio::io_context io;
  weir::scheduler service(io, weir::scheduler_options().limit(10).pending_limit(1000));
  asio::co_spawn(io, serve(service), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  io.run();
  return finished == 100 ? 0 : 1;
}
