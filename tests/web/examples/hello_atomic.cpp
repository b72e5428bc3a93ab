#include <csignal>
#include <cstdlib>
#include <iostream>

#include <boost/asio/io_context.hpp>

#include <weir/web.hpp>

namespace asio = boost::asio;
namespace web = weir::web;

web::awaitable<web::response> hello(web::context&) {
  co_return "hello\n";
}

int main(int argc, char** argv) {
  asio::io_context io;
  web::app app(io);
  app.use_scheduler();
  // A client that goes away does not end it, and the server's end waits for it.
  app.route(web::verb::get, "/", web::atomic(hello));

  web::server server(app);
  server.drain_on({SIGINT, SIGTERM});
  const auto port = static_cast<unsigned short>(argc > 1 ? std::atoi(argv[1]) : 8080);
  std::cout << "listening on port " << server.listen("127.0.0.1", port) << std::endl;
  server.run(io);
}
