// Answers "hello" and spawns a background job for each request, with all bounds and timeouts at
// their defaults.
#include <csignal>
#include <iostream>
#include <string>

#include <boost/asio/io_context.hpp>

#include <weir/web.hpp>

namespace web = weir::web;

namespace {

long jobs_done = 0;

web::awaitable<void> background(std::string name) {
  jobs_done += static_cast<long>(!name.empty());
  co_return;
}

web::awaitable<web::response> hello(web::context& ctx) {
  (void)co_await ctx.spawn(background, std::string(ctx.req().target()));
  co_return "hello\n";
}

}  // namespace

int main() {
  boost::asio::io_context io(1);
  web::app app(io);
  app.use_scheduler();
  app.route(web::verb::get, "/", hello);
  web::server server(app);
  server.drain_on({SIGTERM});
  std::cout << "port " << server.listen("127.0.0.1", 0) << std::endl;
  const auto report = server.run(io);
  return report.answered <= static_cast<std::uint64_t>(jobs_done) ? 0 : 1;
}
