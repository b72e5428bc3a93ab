#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include <boost/asio/io_context.hpp>

#include <weir/web.hpp>

namespace asio = boost::asio;
namespace web = weir::web;

struct greeting {
  std::string text;
};

web::awaitable<void> note(std::string line) {
  std::cout << line << std::endl;
  co_return;
}

web::awaitable<web::response> greet(web::context& ctx) {
  // The nearest scheduler, and the nearest greeting: the application's own, else its parent's.
  (void)co_await ctx.spawn(note, "greeted at " + std::string(ctx.req().target()));
  const long limit = ctx.jobs().limit();
  co_return ctx.state<greeting>().text + ", limit " + std::to_string(limit) + '\n';
}

int main(int argc, char** argv) {
  asio::io_context io;
  web::app site(io), shop(io), reports(io);

  site.use_scheduler(weir::scheduler_options().limit(100));
  site.state(greeting{"welcome"});
  site.route(web::verb::get, "/", greet);

  shop.route(web::verb::get, "/", greet);  // has its parent's scheduler

  reports.use_scheduler(weir::scheduler_options().limit(2));  // its own: heavy work, two at once
  reports.state(greeting{"reports"});
  reports.route(web::verb::get, "/", greet);

  shop.mount("/reports", reports);
  site.mount("/shop", shop);

  web::server server(site);
  server.drain_on({SIGINT, SIGTERM});
  const auto port = static_cast<unsigned short>(argc > 1 ? std::atoi(argv[1]) : 8080);
  std::cout << "listening on port " << server.listen("127.0.0.1", port) << std::endl;
  server.run(io);  // closes the schedulers in this order: that of reports, that of site
}
