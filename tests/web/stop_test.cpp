// How a server stops.
#include <mutex>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "gate.hpp"
#include "served.hpp"
#include "support/catch.hpp"

using namespace weir::web;
using namespace weir::web::test;
using namespace std::chrono_literals;
using weir::scheduler_options;

TEST_CASE("idle connections are closed at once, and running requests are answered") {
  gate way;
  served s([&](app& a) {
    a.route(verb::get, "/slow", [&](context&) -> awaitable<response> {
      co_await way.pass();
      co_return "whole";
    });
    a.route(verb::get, "/", [](context&) -> response { return "quick"; });
  });
  client idle(s.port()), fresh(s.port()), running(s.port());
  CHECK(idle.get("/").receive().status == 200);
  running.get("/slow");
  CHECK(comes_true([&] { return way.waiting == 1; }));
  CHECK(s.comes_true([&] { return s.target().session_count() == 3; }));
  s.drain();
  CHECK(idle.sees_end());
  CHECK(fresh.sees_end());
  way.open();
  const reply answer = running.receive();
  CHECK(answer.body == "whole");
  CHECK(answer.header("Connection") == "close");
  CHECK(running.sees_end());
  running.close();
  const serve_report report = s.wait();
  CHECK(report.accepted == 3);
  CHECK(report.idle_closed == 2);
  CHECK(report.answered == 2);
  CHECK(report.cancelled == 0);
}

TEST_CASE("nothing is accepted while the server stops") {
  gate way;
  served s([&](app& a) {
    a.route(verb::get, "/", [&](context&) -> awaitable<response> {
      co_await way.pass();
      co_return "";
    });
  });
  client running(s.port());
  running.get("/");
  CHECK(comes_true([&] { return way.waiting == 1; }));
  s.drain();
  CHECK(s.comes_true([&] { return s.target().draining(); }));
  CHECK_THROWS_AS(client(s.port()), std::runtime_error);
  way.open();
  CHECK(running.receive().status == 200);
}

TEST_CASE("a head that is under way when the server stops is served") {
  served s([](app& a) { a.route(verb::get, "/", [](context&) -> response { return "served"; }); });
  client c(s.port());
  c.send("GET / HTTP/1.1\r\nHost: ");
  CHECK(s.comes_true([&] { return s.target().session_count() == 1; }));
  s.drain();
  CHECK(s.comes_true([&] { return s.target().draining(); }));
  const reply answer = c.send("a\r\n\r\n").receive();
  // Where the server had not read the first bytes yet, they were on their way: that counts, too.
  CHECK(answer.body == "served");
  CHECK(answer.header("Connection") == "close");
}

TEST_CASE("when the grace is over handlers are cancelled, and their clients are told") {
  gate never;
  served s(
      [&](app& a) {
        a.route(verb::get, "/", [&](context&) -> awaitable<response> {
          co_await never.pass();
          co_return "";
        });
      },
      server_options().grace(1ms));
  client c(s.port());
  c.get("/");
  CHECK(comes_true([&] { return never.waiting == 1; }));
  s.drain();
  const reply answer = c.receive();
  CHECK(answer.status == 503);
  CHECK(answer.header("Connection") == "close");
  c.close();
  const serve_report report = s.wait();
  CHECK(report.cancelled == 1);
  CHECK(report.answered == 1);
}

TEST_CASE("a second drain ends the grace, a third the waiting for jobs") {
  gate never;
  served s(
      [&](app& a) {
        a.use_scheduler(scheduler_options().wait_timeout(weir::forever));
        a.route(verb::get, "/", [&](context& ctx) -> awaitable<response> {
          const auto wait = [&never]() -> awaitable<void> { co_await never.pass(); };
          (void)co_await ctx.spawn(wait);
          co_await never.pass();
          co_return "";
        });
      },
      server_options().grace(weir::forever));
  client c(s.port());
  c.get("/");
  CHECK(comes_true([&] { return never.waiting == 2; }));
  s.drain();
  s.drain();
  CHECK(c.receive().status == 503);
  c.close();
  s.drain();
  const serve_report report = s.wait();
  CHECK(report.cancelled == 1);
  CHECK(report.jobs.cancelled == 1);
}

TEST_CASE("a handler that swallows its cancellation does not keep the server") {
  gate way;
  served s(
      [&](app& a) {
        a.route(verb::get, "/", [&](context&) -> awaitable<response> {
          co_await boost::asio::this_coro::reset_cancellation_state(
              boost::asio::disable_cancellation());
          co_await way.pass();
          co_return "";
        });
      },
      server_options().grace(0ms).close_timeout(1ms));
  client c(s.port());
  c.get("/");
  CHECK(comes_true([&] { return way.waiting == 1; }));
  s.drain();
  CHECK(c.sees_end());
  way.open();
  CHECK(s.wait().still_running == 1);
}

TEST_CASE("atomic handlers outlive the grace, and are answered") {
  gate way;
  served s(
      [&](app& a) {
        a.use_scheduler(scheduler_options().wait_timeout(weir::forever));
        a.route(verb::get, "/", atomic([&](context&) -> awaitable<response> {
                  co_await way.pass();
                  co_return "committed";
                }));
      },
      server_options().grace(0ms).close_timeout(weir::forever));
  client c(s.port());
  c.get("/");
  CHECK(comes_true([&] { return way.waiting == 1; }));
  s.drain();
  CHECK(s.comes_true([&] { return s.root().jobs() != nullptr && s.target().draining(); }));
  way.open();
  CHECK(c.receive().body == "committed");
  c.close();
  const serve_report report = s.wait();
  CHECK(report.cancelled == 0);
  CHECK(report.atomics.still_running == 0);
}

TEST_CASE("schedulers of mounted applications are closed before that of their parent") {
  gate way;
  std::unique_ptr<app> child, grandchild;
  std::vector<std::string> ended;
  const auto job = [&](std::string name) -> awaitable<void> {
    co_await way.pass();
    ended.push_back(std::move(name));
  };
  served s([&](app& a) {
    child = std::make_unique<app>(a.get_executor());
    grandchild = std::make_unique<app>(a.get_executor());
    // A job of the child that spawns in its parent's when it ends: the parent's must still be open.
    a.use_scheduler();
    child->use_scheduler();
    grandchild->use_scheduler();
    const auto chain = [&, job](context& ctx) -> awaitable<response> {
      weir::scheduler* const above = ctx.app().parent()->find_jobs();
      const auto work = [&way, above, job]() -> awaitable<void> {
        co_await way.pass();
        (void)co_await above->spawn(job, std::string("in the parent's"));
      };
      (void)co_await ctx.spawn(work);
      co_return "";
    };
    grandchild->route(verb::get, "/", chain);
    child->route(verb::get, "/", chain);
    child->mount("/grand", *grandchild);
    a.mount("/child", *child);
  });
  CHECK(get(s.port(), "/child/grand").status == 200);
  CHECK(get(s.port(), "/child").status == 200);
  CHECK(comes_true([&] { return way.waiting == 2; }));
  s.drain();
  CHECK(s.comes_true([&] { return s.target().draining(); }));
  way.open();
  const serve_report report = s.wait();
  CHECK(ended.size() == 2);
  CHECK(report.jobs.failed == 0);
}

TEST_CASE("a stream of events ends whole at the stop") {
  served s([](app& a) {
    a.route(verb::get, "/events", [](context& ctx) -> awaitable<void> {
      ctx.head().type("text/event-stream");
      int n = 0;
      bool go_on = true;
      while (go_on) {
        const std::string event = "data: " + std::to_string(n++) + "\n\n";
        co_await ctx.write(event);
        go_on = co_await ctx.sleep(1ms);
      }
      co_await ctx.write("data: bye\n\n");
    });
  });
  client c(s.port());
  c.get("/events");
  c.read_until("data: 3\n\n");
  s.drain();
  CHECK(c.read_until("data: bye\n\n").ends_with("data: bye\n\n"));
  CHECK(c.read_until("0\r\n\r\n") == "\r\n0\r\n\r\n");
  CHECK(c.sees_end());
}

TEST_CASE("a stream to a client that has gone ends, and a slow reader holds it back") {
  std::atomic<bool> ended = false;
  std::atomic<std::size_t> written = 0;
  served s([&](app& a) {
    a.route(verb::get, "/", [&](context& ctx) -> awaitable<void> {
      const std::string piece(1 << 16, 'x');
      try {
        for (;;) {
          co_await ctx.write(piece);
          written += piece.size();
        }
      } catch (...) {
        ended = true;
        throw;
      }
    });
  });
  client c(s.port());
  c.get("/").read_until("\r\n\r\n");
  // It comes to rest: the socket is full, and the handler waits.
  std::size_t before = 1;
  while (before != written) {
    before = written;
    std::this_thread::sleep_for(50ms);
  }
  CHECK_FALSE(ended);
  c.close();
  CHECK(comes_true([&] { return ended.load(); }));
}

TEST_CASE("a server that was drained before it served serves nobody") {
  boost::asio::io_context io;
  app a(io);
  server once(a);
  boost::asio::ip::tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
  once.drain();
  bool over = false;
  boost::asio::co_spawn(io, once.serve(std::move(acceptor)),
                        [&](const std::exception_ptr& error, const serve_report& report) {
                          over = !error && report.accepted == 0;
                        });
  io.run();
  CHECK(over);
}

TEST_CASE("a server whose serve is cancelled is drained without grace") {
  boost::asio::io_context io;
  app a(io);
  server once(a, server_options().grace(weir::forever));
  boost::asio::ip::tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
  boost::asio::cancellation_signal stop;
  std::exception_ptr thrown;
  boost::asio::co_spawn(io, once.serve(std::move(acceptor)),
                        boost::asio::bind_cancellation_slot(
                            stop.slot(), [&](const std::exception_ptr& error, const serve_report&) {
                              thrown = error;
                            }));
  boost::asio::post(io, [&] { stop.emit(boost::asio::cancellation_type::terminal); });
  io.run();
  CHECK(thrown);
  CHECK(once.draining());
}
