#include <iostream>
#include <stdexcept>
#include <string>

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <weir/scheduler.hpp>

namespace asio = boost::asio;

std::string seen;

void report(const weir::error_context& context) {
  try {
    std::rethrow_exception(context.exception);
  } catch (const std::exception& error) {
    seen = std::string(context.message) + ": " + context.job.name() + ": " + error.what();
    std::cout << seen << " (line " << context.spawned_at.line() << ")\n";
  }
}

asio::awaitable<void> broken() {
  throw std::runtime_error("out of paper");
  co_return;
}

asio::awaitable<void> serve(weir::scheduler& jobs) {
  (void)co_await jobs.spawn(broken(), "print");  // nobody waits for it: the handler is told
  const weir::job<> watched = co_await jobs.spawn(broken());
  try {
    co_await watched.wait();  // whoever waits is told instead of the handler
  } catch (const std::runtime_error& error) {
    std::cout << "waited: " << error.what() << '\n';
  }
  (void)co_await jobs.close();
}

int main() {
  asio::io_context io;
  weir::scheduler jobs(io, weir::scheduler_options().on_error(report));
  asio::co_spawn(io, serve(jobs), asio::detached);
  io.run();
  return seen == "Job processing failed: print: out of paper" ? 0 : 1;
}
