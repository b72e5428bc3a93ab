#include <future>
#include <iostream>

#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include <weir/scheduler.hpp>

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

asio::awaitable<void> next_request() {
  asio::steady_timer timer(co_await asio::this_coro::executor, 10min);
  co_await timer.async_wait(asio::use_awaitable);
}

// Idle for ever, but for the end of the scheduler.
asio::awaitable<void> serve(weir::scheduler& jobs) {
  while (!jobs.is_stopping()) (void)co_await (next_request() || jobs.stopping());
}

int main() {
  asio::thread_pool threads(2);
  // The scheduler has a strand, and each session one of its own; the limit counts over all.
  weir::scheduler jobs(asio::any_io_executor(asio::make_strand(threads)),
                       weir::scheduler_options().limit(100));
  for (int i = 0; i < 10; ++i) {
    const asio::any_io_executor strand = asio::make_strand(threads);
    // From any thread: the token says what is to happen with the job that it gives.
    jobs.async_spawn(weir::job_options("session").executor(strand), asio::use_future, serve,
                     std::ref(jobs))
        .get();
  }
  const weir::close_report report =
      asio::co_spawn(jobs.get_executor(), jobs.wait_and_close(), asio::use_future).get();
  std::cout << report.finished << " sessions ended by themselves, " << report.cancelled
            << " had to be cancelled\n";
  threads.join();
  return report.finished == 10 ? 0 : 1;
}
