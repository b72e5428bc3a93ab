#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>

#include <boost/asio/io_context.hpp>

#include <weir/web.hpp>

namespace asio = boost::asio;
namespace web = weir::web;
using namespace std::chrono_literals;

// Server-sent events. A handler that writes its answer itself returns nothing; write waits for a
// slow reader, and throws when the client has gone.
web::awaitable<void> events(web::context& ctx) {
  ctx.head().type("text/event-stream").set("Cache-Control", "no-store");
  bool go_on = true;
  for (int n = 0; go_on; ++n) {
    const std::string event = "data: " + std::to_string(n) + "\n\n";
    co_await ctx.write(event);
    go_on = co_await ctx.sleep(50ms);  // false when the server is being stopped
  }
  co_await ctx.write("event: bye\ndata: the server stops\n\n");
}

int main(int argc, char** argv) {
  asio::io_context io;
  web::app app(io);
  app.route(web::verb::get, "/events", events);

  web::server server(app);
  server.drain_on({SIGINT, SIGTERM});
  const auto port = static_cast<unsigned short>(argc > 1 ? std::atoi(argv[1]) : 8080);
  std::cout << "listening on port " << server.listen("127.0.0.1", port) << std::endl;
  server.run(io);
}
