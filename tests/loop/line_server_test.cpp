// A socket for lines, and what others may do to it.
#include "loop/line_server.hpp"

#include <cerrno>
#include <filesystem>
#include <optional>
#include <vector>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include <weir/error.hpp>

#include "support/catch.hpp"

using namespace weir;

namespace {

struct place {
  place() {
    std::string pattern = (std::filesystem::temp_directory_path() / "weir-line-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    directory = pattern;
  }
  place(const place&) = delete;
  place& operator=(const place&) = delete;
  ~place() { std::filesystem::remove_all(directory); }
  std::string socket() const { return directory + "/s"; }
  std::string directory;
};

/// A server that answers a line with itself, and one of its clients at a time.
struct echo : place {
  explicit echo(std::size_t times = 1)
      : server(std::in_place, poll_set::of(loop.get_executor()), socket(),
               [times](std::string_view line) {
                 std::string all;
                 for (std::size_t i = 0; i < times; ++i) all += line;
                 return all;
               }) {}

  owned_fd connect() const { return connect_to_socket(socket()); }
  void turn() {
    loop.restart();
    for (int i = 0; i < 20; ++i) loop.poll();
  }
  /// What has come by now; "end" behind it if the connection is over.
  std::string come(const owned_fd& client) {
    turn();
    std::string all;
    char bytes[4096];
    for (ssize_t size;;) {
      size = ::recv(client.value(), bytes, sizeof bytes, MSG_DONTWAIT);
      if (size > 0) all.append(bytes, static_cast<std::size_t>(size));
      if (size == 0 || (size < 0 && errno == ECONNRESET)) return all + "end";
      if (size < 0) return all;
    }
  }
  static void say(const owned_fd& client, const std::string& text) {
    ::send(client.value(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }

  boost::asio::io_context loop{1};
  std::optional<line_server> server;
};

}  // namespace

TEST_CASE("each line is answered, also in pieces and several at once") {
  echo e;
  const owned_fd client = e.connect();
  echo::say(client, "a\nb");
  CHECK(e.come(client) == "a\n");
  echo::say(client, "c\n\nd\n");
  CHECK(e.come(client) == "bc\nd\n");
  ::shutdown(client.value(), SHUT_WR);
  CHECK(e.come(client) == "end");
}

TEST_CASE("the socket is its user's alone, and goes with the server") {
  echo e;
  struct stat about {};
  REQUIRE(::stat(e.socket().c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  e.server.reset();
  CHECK_FALSE(std::filesystem::exists(e.socket()));
}

TEST_CASE("a socket that was left behind is replaced, and nothing else is") {
  place p;
  boost::asio::io_context loop{1};
  poll_set& set = poll_set::of(loop.get_executor());
  const auto open = [&] { line_server one(set, p.socket(), [](auto) { return std::string(); }); };
  const auto error = [&] {
    try {
      open();
      return 0;
    } catch (const io_error& e) {
      return e.code().value();
    }
  };
  {
    line_server first(set, p.socket(), [](auto) { return std::string(); });
    CHECK(error() == EADDRINUSE);
    CHECK(std::filesystem::exists(p.socket()));
    std::filesystem::rename(p.socket(), p.socket() + "2");
    CHECK(error() == 0);
  }
  CHECK(std::filesystem::exists(p.socket() + "2"));  // not by its name: nobody listens there now
  std::filesystem::rename(p.socket() + "2", p.socket());
  CHECK(error() == 0);
  ::mkdir(p.socket().c_str(), 0700);
  CHECK(error() == EEXIST);
}

TEST_CASE("a line without an end, and more connections than are taken, are closed") {
  echo e;
  const owned_fd endless = e.connect();
  for (int i = 0; i < 10; ++i) {
    echo::say(endless, std::string(16 * 1024, 'x'));
    e.turn();
  }
  CHECK(e.come(endless) == "end");
  std::vector<owned_fd> many;
  for (std::size_t i = 0; i < line_server::most_connections; ++i) {
    many.push_back(e.connect());
    e.turn();
  }
  const owned_fd one_more = e.connect();
  CHECK(e.come(one_more) == "busy\nend");
  echo::say(many.back(), "a\n");
  CHECK(e.come(many.back()) == "a\n");
  many.erase(many.begin());
  e.turn();
  const owned_fd another = e.connect();
  echo::say(another, "b\n");
  CHECK(e.come(another) == "b\n");
}

TEST_CASE("who reads no answers is not asked any more, and gets them all later") {
  echo e(1000);
  const owned_fd client = e.connect();
  std::size_t asked = 0;
  for (int i = 0; i < 3000; ++i) {
    const ssize_t size = ::send(client.value(), "0123456789\n", 11, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size < 0) break;
    ++asked;
    e.turn();
  }
  CHECK(asked < 3000);
  std::size_t came = 0;
  for (std::string part; !(part = e.come(client)).empty() && !part.ends_with("end");)
    came += part.size();
  CHECK(came == asked * 10001);
}

TEST_CASE("who has gone away with answers unread hurts nobody") {
  echo e(1000);
  for (int i = 0; i < 50; ++i) {
    const owned_fd client = e.connect();
    echo::say(client, "0123456789\n0123456789\nabc");
    if (i % 2 == 0) e.turn();
  }
  const owned_fd last = e.connect();
  echo::say(last, "a\n");
  CHECK(e.come(last).size() == 1001);
}
