#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <weir/web.hpp>

namespace asio = boost::asio;
namespace web = weir::web;
using namespace std::chrono_literals;

// The background job: it continues when the request is answered, and when the client has gone.
web::awaitable<void> send_mail(std::string to) {
  asio::steady_timer timer(co_await asio::this_coro::executor, 100ms);
  co_await timer.async_wait(asio::use_awaitable);
  std::cout << "mail sent to " << to << std::endl;
}

web::awaitable<web::response> hello(web::context& ctx) {
  const std::string name = ctx.query("name").value_or("world");
  (void)co_await ctx.spawn(send_mail, name);  // waits only when too many are pending
  co_return "hello, " + name + '\n';
}

// The same, but never waiting: when the scheduler is full, the answer is 503, with Retry-After.
web::response hello_or_busy(web::context& ctx) {
  ctx.try_spawn(send_mail, "nobody");
  return "hello\n";
}

int main(int argc, char** argv) {
  asio::io_context io;
  web::app app(io);
  app.use_scheduler(weir::scheduler_options().limit(10).pending_limit(100));
  app.route(web::verb::get, "/", hello);
  app.route(web::verb::get, "/busy", hello_or_busy);

  web::server server(app);
  server.drain_on({SIGINT, SIGTERM});
  const auto port = static_cast<unsigned short>(argc > 1 ? std::atoi(argv[1]) : 8080);
  std::cout << "listening on port " << server.listen("127.0.0.1", port) << std::endl;
  const web::serve_report report = server.run(io);
  std::cout << report.answered << " answered, " << report.jobs.finished
            << " jobs finished while it stopped" << std::endl;
}
