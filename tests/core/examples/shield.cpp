#include <iostream>

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <weir/scheduler.hpp>

namespace asio = boost::asio;
using namespace std::chrono_literals;

bool saved = false;

asio::awaitable<void> save() {
  asio::steady_timer timer(co_await asio::this_coro::executor, 10ms);
  co_await timer.async_wait(asio::use_awaitable);
  saved = true;
}

asio::awaitable<void> important(weir::scheduler& jobs) {
  co_await jobs.shield(save());  // a cancellation of this job does not reach save
}

asio::awaitable<void> serve(weir::scheduler& jobs) {
  const weir::job<> job = co_await jobs.spawn(important(jobs));
  asio::steady_timer timer(co_await asio::this_coro::executor, 1ms);
  co_await timer.async_wait(asio::use_awaitable);
  co_await job.close();  // cancels it, and waits until it has ended
  std::cout << "closed, saved: " << saved << '\n';
  (void)co_await jobs.wait_and_close();  // waits for what is shielded
  std::cout << "drained, saved: " << saved << '\n';
}

int main() {
  asio::io_context io;
  weir::scheduler jobs(io);
  asio::co_spawn(io, serve(jobs), asio::detached);
  io.run();
  return saved ? 0 : 1;
}
