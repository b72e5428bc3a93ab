// A service that has been told to stop before it serves, written against the installed weir::web
// alone.
#include <iostream>

#include <boost/asio/io_context.hpp>

#include <weir/web.hpp>

namespace web = weir::web;

namespace {

web::awaitable<web::response> hello(web::context& ctx) {
  (void)co_await ctx.spawn([]() -> web::awaitable<void> { co_return; });
  co_return "hello\n";
}

}  // namespace

int main() {
  boost::asio::io_context io;
  web::app app(io);
  app.use_scheduler();
  app.route(web::verb::get, "/", web::atomic(hello));
  web::server server(app);
  const bool listens = server.listen("127.0.0.1", 0) != 0;
  server.drain();
  const web::serve_report report = server.run(io);
  std::cout << "web: " << report.accepted << " accepted\n";
  return listens && report.accepted == 0 ? 0 : 1;
}
