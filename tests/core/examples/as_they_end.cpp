#include <iostream>
#include <optional>
#include <string>

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <weir/completions.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

asio::awaitable<std::string> fetch(std::string name, std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
  co_return name;
}

asio::awaitable<void> serve(weir::scheduler& jobs, std::string& order) {
  weir::completions<std::string> ended(jobs);
  ended.add(co_await jobs.spawn(fetch, "slow ", 200ms));
  ended.add(co_await jobs.spawn(fetch, "quick ", 1ms));
  for (;;) {
    const std::optional<weir::job<std::string>> one = co_await ended.next();
    if (!one) break;
    order += co_await *one;
  }
  (void)co_await jobs.close();
}

int main() {
  asio::io_context io;
  weir::scheduler jobs(io);
  std::string order;
  asio::co_spawn(io, serve(jobs, order), asio::detached);
  io.run();
  std::cout << order << '\n';
  return order == "quick slow " ? 0 : 1;
}
