// How a server stops.
#include <boost/asio/steady_timer.hpp>

#include "served.hpp"
#include "support/catch.hpp"

using namespace weir::web;
using namespace weir::web::test;
using namespace std::chrono_literals;

TEST_CASE("idle connections are closed at once, and running requests are answered") {
  std::promise<void> entered;
  served s([&](app& a) {
    a.route(verb::get, "/slow", [&](context& ctx) -> awaitable<response> {
      entered.set_value();
      co_await ctx.stopping();
      co_return "whole";
    });
    a.route(verb::get, "/", [](context&) -> response { return "quick"; });
  });
  client idle(s.port()), running(s.port());
  CHECK(idle.get("/").receive().status == 200);
  running.get("/slow");
  entered.get_future().wait();
  s.drain();
  const reply answer = running.receive();
  CHECK(answer.body == "whole");
  CHECK(answer.header("Connection") == "close");
  CHECK(running.sees_end());
  CHECK(idle.sees_end());
  running.close();
  idle.close();
  const serve_report report = s.wait();
  CHECK(report.idle_closed == 1);
  CHECK(report.answered == 2);
}
