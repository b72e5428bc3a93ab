// Who is let in, and what becomes of clients that behave badly.
#include <deque>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "gate.hpp"
#include "served.hpp"
#include "support/catch.hpp"

using namespace weir::web;
using namespace weir::web::test;
using namespace std::chrono_literals;

namespace {

/// Fails as accept does, as often as it is told, then listens.
class failing_listener final : public listener {
 public:
  failing_listener(std::unique_ptr<listener> then, std::deque<int> errors)
      : then_(std::move(then)), errors_(std::move(errors)) {}
  awaitable<std::unique_ptr<stream>> accept(boost::system::error_code& error) override {
    if (errors_.empty()) co_return co_await then_->accept(error);
    error.assign(errors_.front(), boost::system::system_category());
    errors_.pop_front();
    co_return nullptr;
  }
  void close() noexcept override { then_->close(); }

 private:
  std::unique_ptr<listener> then_;
  std::deque<int> errors_;
};

void one_route(app& a) {
  a.route(verb::get, "/", [](context&) -> response { return "served"; });
}

}  // namespace

TEST_CASE("errors of accept that pass do not end the listening") {
  int told = 0;
  const std::deque<int> errors{ECONNABORTED, EMFILE, EMFILE, ENFILE, ENOMEM,
                               ENOBUFS,      EPROTO, EINTR,  EPERM};
  served s(one_route, server_options().on_error([&](const failure& f) {
    told += f.message == "Accept failed" ? 1 : 0;
  }),
           [&](std::unique_ptr<listener> then) {
             return std::make_unique<failing_listener>(std::move(then), errors);
           });
  CHECK(get(s.port(), "/").body == "served");
  s.join();
  CHECK(told == 1);
}

TEST_CASE("above the number of sessions accept waits") {
  served s(one_route, server_options().sessions(2));
  std::optional<client> first(s.port()), second(s.port());
  CHECK(first->get("/").receive().status == 200);
  CHECK(second->get("/").receive().status == 200);
  client third(s.port());
  third.get("/");
  CHECK(s.ask([&] { return s.target().session_count(); }) == 2);
  first.reset();
  CHECK(third.receive().status == 200);
  CHECK(s.ask([&] { return s.target().session_count(); }) == 2);
  CHECK(second->get("/").receive().status == 200);
}

TEST_CASE("a reset in the middle of a body cancels the handler, and is no failure") {
  gate entered;
  std::atomic<int> failures = 0;
  std::atomic<bool> ended = false;
  served s(
      [&](app& a) {
        a.route(verb::post, "/", [&](context& ctx) -> awaitable<response> {
          ++entered.waiting;
          try {
            (void)co_await ctx.body();
          } catch (...) {
            ended = true;
            throw;
          }
          co_return "";
        });
      },
      server_options().on_error([&](const failure&) { ++failures; }));
  client c(s.port());
  c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
  CHECK(comes_true([&] { return entered.waiting == 1; }));
  c.reset();
  CHECK(comes_true([&] { return ended.load(); }));
  CHECK(s.comes_true([&] { return s.target().session_count() == 0; }));
  s.join();
  CHECK(failures == 0);
}

TEST_CASE("a client that ends its sending half has its answer when the handler need not wait") {
  served s(one_route);
  client c(s.port());
  c.get("/");
  c.end_sending();
  CHECK(c.receive().body == "served");
  CHECK(c.sees_end());
}

TEST_CASE(
    "a half-closed client of a handler that waits has gone, unless half_close says otherwise") {
  for (const bool waits : {false, true}) {
    gate way;
    served s(
        [&](app& a) {
          a.route(verb::get, "/", [&](context&) -> awaitable<response> {
            co_await way.pass();
            co_return "late";
          });
        },
        server_options().half_close(waits));
    client c(s.port());
    c.get("/");
    CHECK(comes_true([&] { return way.waiting == 1; }));
    c.end_sending();
    if (!waits) CHECK(c.sees_end());
    way.open();
    if (waits) CHECK(c.receive().body == "late");
  }
}

TEST_CASE("a body that ends early is told to a client that can still hear it") {
  served s([](app& a) {
    a.route(verb::post, "/",
            [](context& ctx) -> awaitable<response> { co_return co_await ctx.body(); });
  });
  client c(s.port());
  c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
  c.end_sending();
  CHECK(c.receive().status == 400);
}

TEST_CASE("a request that takes too long is cancelled and told, an atomic one goes on") {
  gate way;
  served s(
      [&](app& a) {
        a.use_scheduler();
        const auto slow = [&](context&) -> awaitable<response> {
          co_await way.pass();
          co_return "late";
        };
        a.route(verb::get, "/", slow);
        a.route(verb::get, "/atomic", atomic(slow));
      },
      server_options().request_timeout(20ms));
  CHECK(get(s.port(), "/").status == 503);
  client c(s.port());
  c.get("/atomic");
  CHECK(comes_true([&] { return way.waiting == 2; }));
  std::this_thread::sleep_for(40ms);
  way.open();
  CHECK(c.receive().body == "late");
}

TEST_CASE("a failure is a 500 and told once; an http_error is an answer") {
  std::vector<std::string> told;
  served s(
      [](app& a) {
        a.route(verb::get, "/fail",
                [](context&) -> response { throw std::runtime_error("broken"); });
        a.route(verb::get, "/later", [](context&) -> awaitable<response> {
          throw std::runtime_error("broken");
          co_return "";
        });
        a.route(verb::get, "/gone",
                [](context&) -> response { throw http_error(status::gone, "no more"); });
      },
      server_options().on_error([&](const failure& f) { told.emplace_back(f.request); }));
  CHECK(get(s.port(), "/fail").status == 500);
  CHECK(get(s.port(), "/later?x").status == 500);
  const reply gone = get(s.port(), "/gone");
  CHECK(gone.status == 410);
  CHECK(gone.body == "no more\n");
  s.join();
  CHECK(told == std::vector<std::string>{"GET /fail", "GET /later?x"});
}

TEST_CASE("what comes while a body is read late is not lost") {
  gate way;
  served s([&](app& a) {
    a.route(verb::post, "/", [&](context& ctx) -> awaitable<response> {
      co_await way.pass();
      co_return co_await ctx.body();
    });
  });
  client c(s.port());
  const std::string request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
  c.send(request + "abc");
  CHECK(comes_true([&] { return way.waiting == 1; }));
  // The read that watches the client is under way when the body is taken out of the buffer.
  s.ask([] { return 0; });
  way.open();
  CHECK(c.receive().body == "abc");
  for (const std::string body : {"def", "ghi"})
    CHECK(c.send(request + body).receive().body == body);
}

TEST_CASE("a handler may read and write by turns") {
  served s([](app& a) {
    a.route(verb::post, "/", [](context& ctx) -> awaitable<void> {
      co_await ctx.write("begin ");
      std::string piece(co_await ctx.read());
      while (!piece.empty()) {
        co_await ctx.write(piece);
        piece = co_await ctx.read();
      }
    });
  });
  client c(s.port());
  c.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  CHECK(c.read_until("abc\r\n").ends_with("6\r\nbegin \r\n3\r\nabc\r\n"));
  c.send("2\r\nde\r\n0\r\n\r\n");
  CHECK(c.read_until("\r\n0\r\n\r\n") == "2\r\nde\r\n0\r\n\r\n");
  c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
  CHECK(c.receive().body == "begin x");
}

TEST_CASE("a handler that writes its answer and returns another has failed") {
  std::atomic<int> failures = 0;
  served s(
      [](app& a) {
        a.route(verb::get, "/", [](context& ctx) -> awaitable<response> {
          co_await ctx.write("one");
          co_return "two";
        });
      },
      server_options().on_error([&](const failure&) { ++failures; }));
  CHECK(get(s.port(), "/").status == 0);
  CHECK(failures == 1);
}

TEST_CASE("try_spawn without a place is 503 with Retry-After, spawn waits for one") {
  gate way;
  served s([&](app& a) {
    a.use_scheduler(weir::scheduler_options().limit(1).pending_limit(0));
    const auto wait = [&way]() -> awaitable<void> { co_await way.pass(); };
    a.route(verb::get, "/try", [wait](context& ctx) -> response {
      ctx.try_spawn(wait);
      return "spawned";
    });
    a.route(verb::get, "/spawn", [wait](context& ctx) -> awaitable<response> {
      (void)co_await ctx.spawn(wait);
      co_return "spawned";
    });
  });
  CHECK(get(s.port(), "/try").status == 200);
  const reply full = get(s.port(), "/try");
  CHECK(full.status == 503);
  CHECK(full.header("Retry-After") == "1");
  client waits(s.port());
  waits.get("/spawn");
  CHECK(s.comes_true([&] { return s.root().jobs()->blocked_count() == 1; }));
  {
    client gone(s.port());
    gone.get("/spawn");
    CHECK(s.comes_true([&] { return s.root().jobs()->blocked_count() == 2; }));
  }
  CHECK(s.comes_true([&] { return s.root().jobs()->blocked_count() == 1; }));
  way.open();
  CHECK(waits.receive().status == 200);
}
