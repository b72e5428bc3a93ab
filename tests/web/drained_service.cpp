// The service that drain_rig.py stops in the middle of its work. It writes what it does to standard
// output: "began ID" for a request that reached its handler, "finished ID" for shielded work, and
// how it ended.
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

web::awaitable<void> record(std::string id) {
  asio::steady_timer timer(co_await asio::this_coro::executor,
                           std::chrono::milliseconds(std::hash<std::string>()(id) % 20));
  co_await timer.async_wait(asio::use_awaitable);
  std::cout << "finished " << id << '\n';
}

web::response whole(std::string_view id) {
  return std::string(id) + ' ' + std::string(2000, 'x') + " end\n";
}

web::awaitable<web::response> shielded(web::context& ctx) {
  const std::string id(ctx.param("id"));
  std::cout << "began " << id << '\n';
  co_await ctx.shield(record, id);
  co_return whole(id);
}

web::awaitable<web::response> spawned(web::context& ctx) {
  const std::string id(ctx.param("id"));
  std::cout << "began " << id << '\n';
  (void)co_await ctx.spawn(record, id);
  co_return whole(id);
}

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  asio::io_context io;
  web::app app(io);
  app.use_scheduler(weir::scheduler_options().limit(50).pending_limit(20));
  app.route(web::verb::get, "/shield/{id}", shielded);
  app.route(web::verb::get, "/spawn/{id}", spawned);
  app.route(web::verb::get, "/atomic/{id}", web::atomic(shielded));

  const auto sessions = static_cast<std::size_t>(argc > 1 ? std::atoi(argv[1]) : 1000);
  web::server server(app, web::server_options().sessions(sessions));
  server.drain_on({SIGTERM});
  std::cout << "listening on port " << server.listen("127.0.0.1", 0) << std::endl;
  const web::serve_report r = server.run(io);
  std::cout << "report " << r.accepted << " accepted, " << r.answered << " answered, " << r.aborted
            << " aborted, " << r.cancelled << " cancelled, " << r.still_running
            << " still running\n";
}
