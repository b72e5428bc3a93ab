#include "files/writer.hpp"

#include <cstdlib>
#include <optional>
#include <vector>

#include "support/catch.hpp"
#include "support/descriptors.hpp"

using namespace weir;
using test::run_ready;
using test::run_until;

namespace {

struct writing {
  boost::asio::io_context loop;
  writer to;
  unsigned advanced = 0;
  std::vector<std::string> failures;

  explicit writing(int fd, int broken = 0) : to(loop.get_executor(), fd, "stdout", broken) {
    to.advanced = [this] { ++advanced; };
    to.failed = [this](const io_error& error) { failures.emplace_back(error.what()); };
  }

  void drain() {
    test::task task;
    task.start(loop, to.drain());
    run_until(loop, [&] { return task.done; });
    task.rethrow();
  }
};

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
  return bytes;
}

std::shared_ptr<temporary_file> file_with(const std::string& bytes) {
  auto file = std::make_shared<temporary_file>(temporary_directory());
  file->append(bytes);
  return file;
}

struct terminal_pair {
  owned_fd master;
  owned_fd side;
};

terminal_pair open_terminal() {
  owned_fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE(::grantpt(master.value()) == 0);
  REQUIRE(::unlockpt(master.value()) == 0);
  owned_fd side(::open(::ptsname(master.value()), O_RDWR | O_NOCTTY | O_CLOEXEC));
  return {std::move(master), std::move(side)};
}

}  // namespace

TEST_CASE("small writes of one turn go out together, at its end") {
  const auto socket = test::make_socket(SOCK_SEQPACKET);  // a packet for each send
  writing out(socket.in.value());
  for (int i = 0; i < 100; ++i) CHECK(out.to.write(std::string("0123456789")) == flow::more);
  CHECK(test::read_now(socket.out).empty());
  run_ready(out.loop);
  char packet[4096];
  CHECK(::recv(socket.out.value(), packet, sizeof packet, MSG_DONTWAIT) == 1000);
  CHECK(::recv(socket.out.value(), packet, sizeof packet, MSG_DONTWAIT) == -1);
}

TEST_CASE("what a slow reader does not take is queued, and the producer waits") {
  const auto kind = GENERATE(0, 1, 2);
  const auto channel = kind == 0   ? test::make_pipe()
                       : kind == 1 ? test::make_pipe(O_NONBLOCK)
                                   : test::make_socket(SOCK_STREAM);
  const int before = test::status_flags(channel.in);
  writing out(channel.in.value());
  const std::string bytes = pattern(4000000);
  CHECK(out.to.write(std::span<const char>(bytes)) == flow::wait);
  CHECK(out.to.congested());
  CHECK(out.to.write(std::string("end")) == flow::wait);
  run_ready(out.loop);
  CHECK(out.advanced == 0);
  std::string seen;
  run_until(out.loop, [&] {
    seen += test::read_now(channel.out);
    return seen.size() == bytes.size() + 3;
  });
  run_until(out.loop, [&] { return !out.to.congested(); });
  CHECK(seen == bytes + "end");
  CHECK(out.advanced >= 1);
  CHECK(out.to.queued_memory() == 0);
  CHECK(out.to.write(std::string("x")) == flow::more);
  CHECK(test::status_flags(channel.in) == before);
}

TEST_CASE("files go out in order with bytes, whatever the output is") {
  const auto kind = GENERATE(0, 1, 2, 3);
  const std::string bytes = pattern(700001);
  const auto file = file_with("skip" + bytes);
  const auto write_all = [&](writing& out) {
    out.to.write(std::string("<"));
    out.to.send({file, 4, bytes.size() / 2});
    out.to.send({file, 4 + bytes.size() / 2, bytes.size() - bytes.size() / 2});
    out.to.write(std::string(">"));
  };
  if (kind < 2) {
    const auto channel = kind == 0 ? test::make_pipe() : test::make_socket(SOCK_STREAM);
    writing out(channel.in.value());
    write_all(out);
    std::string seen;
    run_until(out.loop, [&] {
      seen += test::read_now(channel.out);
      return seen.size() == bytes.size() + 2;
    });
    CHECK(seen == "<" + bytes + ">");
  } else {
    const auto target = test::make_file("old");
    ::lseek(target.value(), 3, SEEK_SET);
    if (kind == 3) ::fcntl(target.value(), F_SETFL, O_APPEND);  // sendfile refuses it
    writing out(target.value());
    write_all(out);
    out.drain();
    CHECK(test::contents(target) == "old<" + bytes + ">");
  }
}

TEST_CASE("a part of the backlog is copied, and released as it goes out") {
  const auto shared = std::make_shared<backlog>(temporary_directory());
  const std::string bytes = pattern(300000);
  const std::uint64_t at = shared->put(bytes);
  const std::uint64_t kept = shared->put(std::string("kept"));
  const auto target = test::make_file();
  writing out(target.value());
  out.to.send({shared, at, bytes.size()});
  out.drain();
  CHECK(test::contents(target) == bytes);
  CHECK(shared->live() == 4);
  shared->release(kept, 4);
  CHECK(::lseek(shared->fd(), 0, SEEK_END) == 0);
}

TEST_CASE("a long file leaves the loop its turns") {
  const auto target = test::make_file();
  writing out(target.value());
  const auto file = file_with(std::string(20 << 20, 'x'));
  CHECK(out.to.send({file, 0, 20 << 20}) == flow::wait);
  CHECK(out.to.congested());
  unsigned turns = 0;
  std::function<void()> turn = [&] {
    ++turns;
    if (out.to.congested()) boost::asio::post(out.loop, turn);
  };
  boost::asio::post(out.loop, turn);
  run_until(out.loop, [&] { return !out.to.congested(); });
  CHECK(turns >= 3);
  CHECK(::lseek(target.value(), 0, SEEK_END) == 20 << 20);
}

TEST_CASE("a full device is told once, and nothing waits after it") {
  const owned_fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  writing out(full.value());
  out.to.write(std::string("small"));
  run_ready(out.loop);
  CHECK(out.failures == std::vector<std::string>{"stdout: No space left on device"});
  CHECK(out.to.write(pattern(100000)) == flow::more);
  const auto file = file_with("abc");
  CHECK(out.to.send({file, 0, 3}) == flow::more);
  out.drain();
  CHECK(out.failures.size() == 1);
  CHECK(out.to.error() == ENOSPC);
}

TEST_CASE("a closed output fails with the first byte, not before") {
  const owned_fd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  writing out(null.value(), EBADF);
  out.to.write(std::string());
  out.drain();
  CHECK(out.failures.empty());
  out.to.write(std::string("x"));
  run_ready(out.loop);
  CHECK(out.failures == std::vector<std::string>{"stdout: Bad file descriptor"});
}

TEST_CASE("a reader that goes away ends the wait with EPIPE") {
  auto pipe = test::make_pipe();
  writing out(pipe.in.value());
  REQUIRE(out.to.write(pattern(4000000)) == flow::wait);
  pipe.out = {};
  run_until(out.loop, [&] { return !out.failures.empty(); });
  CHECK(out.to.error() == EPIPE);
  CHECK(out.advanced == 1);
  CHECK_FALSE(out.to.congested());
  CHECK(out.to.queued_memory() == 0);
}

TEST_CASE("without a reader from the start the output fails as well") {
  auto pipe = test::make_pipe();
  pipe.out = {};
  writing out(pipe.in.value());
  out.to.write(std::string("x"));
  run_ready(out.loop);
  CHECK(out.to.error() == EPIPE);
}

namespace {

/// Marks what is put around bursts, and when the output ended a line.
struct marking_footer final : footer {
  std::string lift() override { return "("; }
  std::string put_back(bool at_line_start, bool moved) override {
    return moved ? "?)" : at_line_start ? "n)" : "-)";
  }
  void lost() override { ++losses; }
  int losses = 0;
};

}  // namespace

TEST_CASE("what a terminal shows below steps aside, and knows of unfinished lines") {
  const auto terminal = open_terminal();
  writing out(terminal.side.value());
  CHECK(out.to.is_terminal());
  marking_footer below;
  out.to.show_below(&below);
  CHECK(out.to.at_line_start());
  out.to.write(std::string("part"));
  out.to.write(std::string("ed"));
  out.to.flush();
  CHECK_FALSE(out.to.at_line_start());
  out.to.send({file_with("line\n"), 0, 5});
  out.to.flush();
  CHECK(out.to.at_line_start());
  out.to.write(std::string("\x1b[2Jx\n"));
  out.to.flush();
  CHECK(test::read_now(terminal.master) == "(parted-)(line\r\nn)(\x1b[2Jx\r\n?)");
  CHECK(below.losses == 0);
}

TEST_CASE("a burst that a terminal takes in parts loses and repeats nothing") {
  const auto terminal = open_terminal();
  writing out(terminal.side.value());
  marking_footer below;
  out.to.show_below(&below);
  std::string sent;
  std::string seen;
  for (int i = 0; sent.size() < 300000; ++i) {
    const std::string line = std::to_string(i) + std::string(i % 97, 'x') + "\n";
    sent += line;
    out.to.write(line);
  }
  run_until(out.loop, [&] {
    for (const char c : test::read_now(terminal.master))
      if (c != '\r') seen += c;
    return out.to.queue_length() == 0 && !seen.empty() && seen.back() == ')';
  });
  // Nothing but whole marks beside the very bytes.
  std::string bare;
  for (const char c : seen)
    if (c != '(' && c != ')' && c != 'n' && c != '-') bare += c;
  CHECK(bare == sent);
  CHECK(std::count(seen.begin(), seen.end(), '(') == std::count(seen.begin(), seen.end(), ')'));
}

TEST_CASE("sequences that move the cursor are told from colours and titles") {
  CHECK(moves_cursor("a\x1b[3A"));
  CHECK(moves_cursor("\x1b[H\x1b[2J"));
  CHECK(
      moves_cursor("\x1b"
                   "7x"));
  CHECK(moves_cursor("x\x1b[12"));
  CHECK_FALSE(moves_cursor("\x1b[1;31mred\x1b[0m\x1b[K\n"));
  CHECK_FALSE(moves_cursor("\x1b]0;title\a plain"));
  CHECK_FALSE(moves_cursor("x\x1b"));
}

TEST_CASE("a stalled terminal blocks nobody") {
  const auto terminal = open_terminal();
  writing out(terminal.side.value());
  CHECK(out.to.write(std::string(1 << 20, 'x')) == flow::wait);
  std::size_t seen = 0;
  run_until(out.loop, [&] {
    seen += test::read_now(terminal.master).size();
    return seen == 1 << 20;
  });
}

TEST_CASE("a pipe is widened when it was filled, and never narrowed") {
  for (const int before : {64 << 10, 4 << 20}) {
    const auto pipe = test::make_pipe();
    if (::fcntl(pipe.in.value(), F_SETPIPE_SZ, before) < before) continue;  // beyond the quota
    writing out(pipe.in.value());
    out.to.write(pattern(before / 2));
    CHECK(::fcntl(pipe.in.value(), F_GETPIPE_SZ) == before);
    out.to.write(pattern(before));
    CHECK(::fcntl(pipe.in.value(), F_GETPIPE_SZ) == std::max(before, 1 << 20));
  }
}

TEST_CASE("an output that cannot be opened anew is polled, and does not block") {
  const auto terminal = open_terminal();
  // The master of a terminal: opening it again would make another one.
  boost::asio::io_context loop;
  nonblocking polled(loop.get_executor(), terminal.master.value(), nonblocking::direction::out);
  CHECK(polled.how() == nonblocking::way::polled);
  const int before = test::status_flags(terminal.master);
  const std::string line = std::string(99, 'x') + "\n";
  ssize_t count = 0;
  for (int i = 0; i < 10000 && count >= 0; ++i) count = polled.write(line);
  CHECK(test::status_flags(terminal.master) == before);
}

TEST_CASE("a writer may go away while its loop still has something for it") {
  const auto pipe = test::make_pipe();
  boost::asio::io_context loop;
  {
    writer gathered(loop.get_executor(), pipe.in.value(), "stdout");
    gathered.write(std::string("small"));
    writer blocked(loop.get_executor(), pipe.in.value(), "stdout");
    blocked.write(pattern(4000000));
    CHECK(blocked.congested());
  }
  run_ready(loop);
  CHECK(test::read_now(pipe.out).size() >= 65536);
}
