#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <weir/web.hpp>

namespace asio = boost::asio;
namespace web = weir::web;
using namespace std::chrono_literals;

struct bank {
  std::map<std::string, long> balance{{"anna", 100}, {"ben", 100}};
};

// Between the two steps the books do not balance: the client may hang up, the handler may not stop.
web::awaitable<web::response> transfer(bank& books, web::context& ctx) {
  const long amount = std::stol(co_await ctx.body(20));
  books.balance["anna"] -= amount;
  asio::steady_timer timer(co_await asio::this_coro::executor, 200ms);
  co_await timer.async_wait(asio::use_awaitable);
  books.balance["ben"] += amount;
  std::cout << "transferred " << amount << std::endl;
  co_return "transferred\n";
}

// A route object: get and post are its methods, and atomic makes all of them atomic.
struct account {
  bank& books;
  web::response get(web::context& ctx) {
    const auto found = books.balance.find(std::string(ctx.param("owner")));
    if (found == books.balance.end())
      throw web::http_error(web::status::not_found, "no such owner");
    return std::to_string(found->second) + '\n';
  }
};

int main(int argc, char** argv) {
  asio::io_context io;
  bank books;
  web::app app(io);
  app.use_scheduler();
  app.route(web::verb::post, "/transfer", atomic(transfer, std::ref(books)));
  app.route("/accounts/{owner}", web::atomic(account{books}));

  web::server server(app, web::server_options().grace(50ms));
  server.drain_on({SIGINT, SIGTERM});
  const auto port = static_cast<unsigned short>(argc > 1 ? std::atoi(argv[1]) : 8080);
  std::cout << "listening on port " << server.listen("127.0.0.1", port) << std::endl;
  server.run(io);
  std::cout << "anna " << books.balance["anna"] << ", ben " << books.balance["ben"] << std::endl;
}
