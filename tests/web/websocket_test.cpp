// WebSockets, spoken by hand.
#include "gate.hpp"
#include "served.hpp"
#include "support/catch.hpp"

#include <stdexcept>

#include <weir/web/websocket.hpp>

using namespace weir::web;
using namespace weir::web::test;

namespace {

const char* const upgrade =
    "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// A frame as clients send it (RFC 6455, section 5.2), with a mask of zeros.
std::string frame(int opcode, std::string_view bytes) {
  std::string f{
      static_cast<char>(0x80 | opcode), static_cast<char>(0x80 | bytes.size()), 0, 0, 0, 0};
  return f += bytes;
}

struct echo_frames {
  std::atomic<bool>& ended;
  awaitable<void> get(context& ctx) {
    websocket socket = co_await websocket::accept(ctx, 100);
    auto message = co_await socket.read();
    while (message) {
      co_await socket.write(message->text);
      message = co_await socket.read();
    }
    ended = true;
  }
};

awaitable<void> greet(context& ctx) {
  websocket socket = co_await websocket::accept(ctx);
  co_await socket.write("hi");
}
awaitable<void> fail(context& ctx) {
  websocket socket = co_await websocket::accept(ctx);
  throw std::runtime_error("no");
}

}  // namespace

TEST_CASE("a WebSocket echoes, and both sides may end it") {
  std::atomic<bool> ended = false;
  served s([&](app& a) { a.route("/echo", echo_frames{ended}); });
  client c(s.port());
  CHECK(c.send(upgrade).read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
  CHECK(c.send(frame(1, "hello")).read_until("hello") == "\x81\x05hello");
  SECTION("the client, with a close") {
    c.send(frame(8, "\x03\xe8"));
    CHECK(c.read_until("\x03\xe8") == "\x88\x02\x03\xe8");
  }
  SECTION("the client, by going away") {
    c.reset();
  }
  SECTION("the client, with too long a message") {
    c.send("\x81\xff" + std::string(12, '\x01'));
  }
  SECTION("the server's stop, with 1001") {
    s.drain();
    CHECK(c.read_until("\x03\xe9") == "\x88\x02\x03\xe9");
    c.send(frame(8, "\x03\xe9"));
  }
  CHECK(comes_true([&] { return ended.load(); }));
}

TEST_CASE("a WebSocket that does not answer the close does not keep the server") {
  std::atomic<bool> ended = false;
  served s([&](app& a) { a.route("/echo", echo_frames{ended}); },
           server_options().grace(std::chrono::milliseconds(20)));
  client c(s.port());
  c.send(upgrade).read_until("\r\n\r\n");
  const serve_report report = s.join();
  CHECK(report.still_running == 0);
}

TEST_CASE("who asks for no WebSocket is told what to ask for") {
  std::atomic<bool> ended = false;
  served s([&](app& a) { a.route("/echo", echo_frames{ended}); });
  const reply refused = get(s.port(), "/echo");
  CHECK(refused.status == 426);
  CHECK(refused.header("Upgrade") == "websocket");
}

TEST_CASE(
    "a WebSocket whose handler returns is closed with 1000, one whose handler throws with 1011") {
  served s([&](app& a) {
    a.use_scheduler(weir::scheduler_options().on_error([](const weir::error_context&) {}));
    a.route(verb::get, "/echo", handler(greet));
    a.route(verb::get, "/fail", handler(fail));
  });
  SECTION("returns") {
    client c(s.port());
    CHECK(c.send(upgrade).read_until("\x03\xe8").ends_with("\x81\x02hi\x88\x02\x03\xe8"));
    c.send(frame(8, "\x03\xe8"));
    CHECK(c.sees_end());
  }
  SECTION("throws") {
    client c(s.port());
    std::string asked = upgrade;
    asked.replace(asked.find("/echo"), 5, "/fail");
    CHECK(c.send(asked).read_until("\x03\xf3").ends_with("\x88\x02\x03\xf3"));
    c.send(frame(8, "\x03\xf3"));
    CHECK(c.sees_end());
  }
  SECTION("and the client does not answer: the stop does not wait for it") {
    client c(s.port());
    c.send(upgrade).read_until("\x03\xe8");
    s.target().drain();
    s.target().drain();
    CHECK(s.join().still_running == 0);
  }
}
