#include <iostream>
#include <ranges>

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <weir/for_each.hpp>

namespace asio = boost::asio;

asio::awaitable<long> square(long n) {
  co_return n* n;
}

asio::awaitable<void> serve(weir::scheduler& jobs, long& sum) {
  // A hundred thousand jobs, of which at most 8 are under way; results come in the range's order.
  co_await weir::map_to(jobs, std::views::iota(0L, 100'000L), square, [&sum](long n) { sum += n; });
  (void)co_await jobs.close();
}

int main() {
  asio::io_context io;
  weir::scheduler jobs(io, weir::scheduler_options().limit(4));
  long sum = 0;
  asio::co_spawn(io, serve(jobs, sum), asio::detached);
  io.run();
  std::cout << sum << '\n';
  return sum == 333328333350000 ? 0 : 1;
}
