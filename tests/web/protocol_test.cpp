// HTTP/1.1 as clients speak it, well and badly.
#include "served.hpp"
#include "support/catch.hpp"

using namespace weir::web;
using namespace weir::web::test;
using namespace std::chrono_literals;

namespace {

/// Answers what it was asked.
void echo(app& a) {
  a.route(verb::get, "/", [](context& ctx) -> response { return ctx.req().target(); });
  a.route(verb::post, "/",
          [](context& ctx) -> awaitable<response> { co_return co_await ctx.body(1000); });
  a.route(verb::get, "/users/{id}", [](context& ctx) -> response { return ctx.param("id"); });
  a.route(verb::post, "/ignored", [](context&) -> response { return "unread"; });
  a.route(verb::get, "/pieces", [](context& ctx) -> awaitable<void> {
    ctx.head().type("text/x-pieces");
    co_await ctx.write("one, ");
    co_await ctx.write("");
    co_await ctx.write("two");
  });
  a.route(verb::get, "/none", [](context&) -> response { return status::no_content; });
  a.route(verb::post, "/count", [](context& ctx) -> awaitable<response> {
    std::size_t sum = 0;
    std::string_view piece = co_await ctx.read();
    while (!piece.empty()) {
      sum += piece.size();
      piece = co_await ctx.read();
    }
    co_return std::to_string(sum);
  });
}

std::string post(std::string_view head, std::string_view body) {
  return "POST / HTTP/1.1\r\nHost: test\r\n" + std::string(head) + "\r\n" + std::string(body);
}

/// What the server answers to these bytes.
reply answer_to(int port, std::string_view bytes) {
  client c(port);
  return c.send(bytes).receive();
}

}  // namespace

TEST_CASE("a connection serves one request after the other, pipelined ones in their order") {
  served s(echo);
  client c(s.port());
  CHECK(c.get("/?1").receive().body == "/?1");
  c.get("/?2").get("/users/a%2Fb").send(post("Content-Length: 2\r\n", "hi")).get("/?3");
  CHECK(c.receive().body == "/?2");
  CHECK(c.receive().body == "a/b");
  CHECK(c.receive().body == "hi");
  CHECK(c.receive().body == "/?3");
}

TEST_CASE("HEAD is answered by GET's route, without the body and with its length") {
  served s(echo);
  client c(s.port());
  const reply head = c.send("HEAD /?x HTTP/1.1\r\nHost: test\r\n\r\n").receive(true);
  CHECK(head.status == 200);
  CHECK(head.header("Content-Length") == "3");
  CHECK(c.send("HEAD /pieces HTTP/1.1\r\nHost: test\r\n\r\n").receive(true).status == 200);
  CHECK(c.get("/?y").receive().body == "/?y");
}

TEST_CASE("an answer in pieces is chunked, and ends the connection in HTTP/1.0") {
  served s(echo);
  client c(s.port());
  const reply chunked = c.get("/pieces").receive();
  CHECK(chunked.header("Transfer-Encoding") == "chunked");
  CHECK(chunked.header("Content-Type") == "text/x-pieces");
  CHECK(chunked.body == "one, two");
  CHECK(c.get("/none").receive().status == 204);
  client old(s.port());
  const reply whole = old.send("GET /pieces HTTP/1.0\r\n\r\n").receive();
  CHECK(whole.header("Transfer-Encoding").empty());
  CHECK(whole.body == "one, two");
}

TEST_CASE("HTTP/1.0 stays only when it asks for it") {
  served s(echo);
  client c(s.port());
  c.send("GET /?1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(c.receive().header("Connection") == "keep-alive");
  c.send("GET /?2 HTTP/1.0\r\n\r\n");
  CHECK(c.receive().header("Connection") == "close");
  CHECK(c.sees_end());
}

TEST_CASE("bodies are read on demand, and bounded") {
  served s(echo);
  client c(s.port());
  CHECK(c.send(post("Transfer-Encoding: chunked\r\n",
                    "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n"))
            .receive()
            .body == "abcde");
  CHECK(c.send(post("Expect: 100-continue\r\nContent-Length: 2\r\n", "")).read_until("\r\n\r\n") ==
        "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(c.send("ok").receive().body == "ok");
  CHECK(answer_to(s.port(), post("Content-Length: 1001\r\n", "")).status == 413);
  CHECK(answer_to(s.port(), post("Transfer-Encoding: chunked\r\n",
                                 "3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n"))
            .status == 413);
  const std::string big(3'000'000, 'b');
  CHECK(answer_to(s.port(),
                  "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n" + big)
            .body == "3000000");
}

TEST_CASE(
    "a body that nobody read is passed by when it has come, and ends the connection otherwise") {
  served s(echo);
  client c(s.port());
  CHECK(
      c.send("POST /ignored HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc").receive().body ==
      "unread");
  CHECK(c.get("/?next").receive().body == "/?next");
  c.send("POST /ignored HTTP/1.1\r\nHost: a\r\nContent-Length: 300\r\n\r\nabc");
  const reply last = c.receive();
  CHECK(last.body == "unread");
  CHECK(last.header("Connection") == "close");
  CHECK(c.sees_end());
}

TEST_CASE("messages that two servers could read in two ways are refused (smuggling)") {
  served s(echo);
  const std::string smuggled = "GET /?smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  const char* const pairs[] = {
      "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
      "Content-Length: 4\r\nContent-Length: 5\r\n",
      "Content-Length: 4\r\nContent-Length: 4\r\n",
      "Content-Length: 4, 4\r\n",
      "Content-Length: +4\r\n",
      "Content-Length: -1\r\n",
      "Content-Length: 0x4\r\n",
      "Content-Length: 99999999999999999999999\r\n",
      "Content-Length :4\r\n",
      "Content-Length: 4\r\n 5\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked, chunked\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
      "Transfer-Encoding: identity\r\n",
      "Transfer-Encoding: gzip, chunked\r\n",
      "Transfer-Encoding: xchunked\r\n",
      "Transfer-Encoding: \"chunked\"\r\n",
      "Transfer-Encoding:\x0b"
      "chunked\r\n",
      "Transfer-Encoding : chunked\r\n",
      "Transfer_Encoding\t: chunked\r\n",
      " Transfer-Encoding: chunked\r\n",
      "X: y\nTransfer-Encoding: chunked\r\n",
      "Host: other\r\n",
  };
  for (const char* const lines : pairs) {
    INFO(lines);
    client c(s.port());
    const reply refused = c.send(post(lines, "0\r\n\r\n" + smuggled)).receive();
    CHECK((refused.status == 400 || refused.status == 501));
    CHECK(c.sees_end());
  }
  CHECK(answer_to(s.port(), "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
            .status == 400);
  CHECK(answer_to(s.port(), "GET / HTTP/1.1\r\n\r\n").status == 400);
}

TEST_CASE("chunks that are none are refused, with an end of the connection") {
  served s(echo);
  for (const char* const body :
       {"x\r\n", "4\nabcd\r\n0\r\n\r\n", "4\r\nabcdX\r\n0\r\n\r\n", "fffffffffffffffff\r\n",
        "-1\r\n\r\n", "\r\n\r\n", "0\r\nContent-Length: 3\r\n\r\n"}) {
    INFO(body);
    client c(s.port());
    const reply refused = c.send(post("Transfer-Encoding: chunked\r\n", body)).receive();
    CHECK(refused.status == 400);
    CHECK(c.sees_end());
  }
}

TEST_CASE("what is no HTTP/1.1 is told so") {
  served s(echo);
  const int port = s.port();
  CHECK(answer_to(port, "nonsense\r\n\r\n").status == 400);
  CHECK(answer_to(port, "GET / HTTP/2.0\r\nHost: a\r\n\r\n").status == 505);
  CHECK(answer_to(port, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status == 505);
  CHECK(answer_to(port, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n").status == 501);
  CHECK(answer_to(port, "GET /.. HTTP/1.1\r\nHost: a\r\n\r\n").status == 400);
  CHECK(answer_to(port, "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n").header("Allow") ==
        "GET, POST, HEAD");
  CHECK(answer_to(port, "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n").status == 400);
  CHECK(answer_to(port, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status == 404);
  CHECK(answer_to(port, post("Expect: tea\r\nContent-Length: 1\r\n", "x")).status == 417);
  CHECK(answer_to(port, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200);
}

TEST_CASE("heads are bounded, and a client that sends 10 MB of one is told") {
  served s(echo, server_options().header_limit(4096));
  CHECK(answer_to(s.port(), "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(10'000'000, 'x'))
            .status == 431);
  CHECK(answer_to(s.port(), "GET /" + std::string(10'000, 'x')).status == 414);
  CHECK(get(s.port(), "/?" + std::string(3000, 'q')).status == 200);
}

TEST_CASE("a thousand pipelined requests have a thousand answers") {
  served s(echo);
  client c(s.port());
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "GET /pieces HTTP/1.1\r\nHost: a\r\n\r\n";
  c.send(many);
  for (int i = 0; i < 1000; ++i) REQUIRE(c.receive().body == "one, two");
}

TEST_CASE("little is read ahead of a request that runs") {
  served s([](app& a) {
    a.route(verb::get, "/", [](context& ctx) -> awaitable<void> { co_await ctx.stopping(); });
  });
  client c(s.port());
  c.get("/");
  // What the kernel holds is a few megabytes; all of it goes to a server that reads on.
  constexpr std::size_t much = 64 << 20;
  CHECK(c.send_what_goes(much) < much);
}

TEST_CASE("slow clients are told, and let go") {
  const auto brief = 30ms;
  served s(echo, server_options().header_timeout(brief).idle_timeout(brief).stall_timeout(brief));
  SECTION("a head that does not come to its end (slowloris)") {
    client c(s.port());
    CHECK(c.send("GET / HTTP/1.1\r\nHost: a\r\nX: ").receive().status == 408);
    CHECK(c.sees_end());
  }
  SECTION("nothing at all") {
    client c(s.port());
    CHECK(c.sees_end());
  }
  SECTION("no next request") {
    client c(s.port());
    CHECK(c.get("/").receive().status == 200);
    CHECK(c.sees_end());
  }
  SECTION("a body that stops") {
    client c(s.port());
    CHECK(c.send(post("Content-Length: 10\r\n", "abc")).receive().status == 408);
    CHECK(c.sees_end());
  }
}

TEST_CASE("a response cannot be split, and what is the server's business is left to it") {
  response r;
  CHECK_THROWS_AS(r.set("X", "a\r\nSet-Cookie: b"), std::invalid_argument);
  CHECK_THROWS_AS(r.set("X\r\nY", "a"), std::invalid_argument);
  CHECK_THROWS_AS(r.add("", "a"), std::invalid_argument);
  CHECK_THROWS_AS(r.set("transfer-encoding", "chunked"), std::invalid_argument);
  r.set("A", "1").set("a", "2").add("A", "3");
  CHECK(r.headers().size() == 2);
  CHECK(r.header("A") == "2");
}
