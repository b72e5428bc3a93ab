#include <iostream>

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <weir/with_scheduler.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

asio::awaitable<void> sleep_for(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> serve(weir::close_report& report) {
  // wait_and_close at the end of the scope: 20 ms for the jobs to finish, then they are cancelled.
  const auto options = weir::scheduler_options().wait_timeout(20ms);
  report =
      co_await weir::with_scheduler(options, [](weir::scheduler& jobs) -> asio::awaitable<void> {
        (void)co_await jobs.spawn(sleep_for(1ms));
        (void)co_await jobs.spawn(sleep_for(10min));
      });
}

int main() {
  asio::io_context io;
  weir::close_report report;
  asio::co_spawn(io, serve(report), asio::detached);
  io.run();
  std::cout << report.finished << " finished, " << report.cancelled << " cancelled\n";
  return report.finished == 1 && report.cancelled == 1 ? 0 : 1;
}
