#include "files/line_reader.hpp"

#include <cstdlib>
#include <vector>

#include <weir/error.hpp>

#include "support/catch.hpp"
#include "support/descriptors.hpp"

using namespace weir;
using test::run_ready;
using test::run_until;

namespace {

/// Reads all lines beside the test.
struct reading {
  boost::asio::io_context loop;
  line_reader reader;
  std::vector<std::string> lines;
  test::task task;

  explicit reading(int fd, line_format format = {})
      : reader(loop.get_executor(), fd, "in", format) {
    task.start(loop, run());
  }

  awaitable<void> run() {
    for (;;) {
      while (const auto line = reader.try_next()) lines.emplace_back(*line);
      const bool more = co_await reader.fill();
      if (!more) break;
    }
  }

  std::string error() {
    run_until(loop, [&] { return task.done; });
    try {
      task.rethrow();
    } catch (const std::exception& thrown) {
      return thrown.what();
    }
    return {};
  }

  std::vector<std::string>& all() {
    run_until(loop, [&] { return task.done; });
    task.rethrow();
    return lines;
  }
};

using strings = std::vector<std::string>;

}  // namespace

TEST_CASE("the last line counts without its newline, and blank lines are given") {
  const auto file = test::make_file("a\n\nbc");
  reading in(file.value());
  CHECK(in.all() == strings{"a", "", "bc"});
  CHECK(in.reader.line_number() == 3);
  CHECK_FALSE(in.reader.saw_cr());
}

TEST_CASE("an empty file has no lines") {
  const auto file = test::make_file();
  reading in(file.value());
  CHECK(in.all().empty());
}

TEST_CASE("a line is given as soon as its newline has come") {
  const auto pipe = test::make_pipe();
  reading in(pipe.out.value());
  test::put(pipe.in, "first\nsec");
  run_until(in.loop, [&] { return !in.lines.empty(); });
  run_ready(in.loop);
  CHECK(in.lines == strings{"first"});
  test::put(pipe.in, "ond\n");
  run_until(in.loop, [&] { return in.lines.size() == 2; });
  CHECK(in.lines.back() == "second");
  CHECK_FALSE(in.task.done);
}

TEST_CASE("waiting for input changes no flag of the descriptor") {
  const auto input = GENERATE(0, 1, 2);
  auto channel = input == 0   ? test::make_pipe()
                 : input == 1 ? test::make_socket(SOCK_STREAM)
                              : test::make_pipe(O_NONBLOCK);
  const int before = test::status_flags(channel.out);
  reading in(channel.out.value());
  run_ready(in.loop);
  CHECK(test::status_flags(channel.out) == before);
  test::put(channel.in, "late\n");
  run_until(in.loop, [&] { return in.lines.size() == 1; });
  channel.in = {};
  run_until(in.loop, [&] { return in.task.done; });
  CHECK(test::status_flags(channel.out) == before);
}

TEST_CASE("records end with whatever byte is asked for") {
  const auto file = test::make_file(std::string("a\nb\0c\0", 6));
  reading in(file.value(), {std::string(1, '\0')});
  CHECK(in.all() == strings{"a\nb", "c"});
}

TEST_CASE("a NUL in a line is refused with its number, lines before it are given") {
  const auto file = test::make_file(std::string("one\ntwo\nth\0ree\n", 15));
  reading in(file.value());
  CHECK(in.error() == "in:3: NUL byte in a line (is the input NUL-delimited?)");
  CHECK(in.lines == strings{"one", "two"});
}

TEST_CASE("a NUL that came before the end of its line is found") {
  auto pipe = test::make_pipe();
  reading in(pipe.out.value());
  test::put(pipe.in, std::string("line one\nline two\na\0", 20));
  run_until(in.loop, [&] { return in.lines.size() == 2; });
  run_ready(in.loop);
  test::put(pipe.in, "b\n");
  CHECK(in.error() == "in:3: NUL byte in a line (is the input NUL-delimited?)");
}

TEST_CASE("a line of the longest allowed length passes, one byte more is refused") {
  const std::size_t most = std::size_t{1} << 20;
  const auto last_newline = GENERATE(false, true);
  const std::string end = last_newline ? "\n" : "";
  const auto good = test::make_file("x\n" + std::string(most, 'y') + end);
  reading passes(good.value(), {"\n", most});
  CHECK(passes.all().back().size() == most);
  const auto bad = test::make_file("x\n" + std::string(most + 1, 'y') + end);
  reading refused(bad.value(), {"\n", most});
  CHECK(refused.error() == "in:2: line longer than 1 MiB");
  CHECK(refused.lines == strings{"x"});
}

TEST_CASE("a short limit holds within one buffer") {
  const auto file = test::make_file("123\n12345\n");
  reading in(file.value(), {"\n", 4});
  CHECK(in.error() == "in:2: line longer than 4 bytes");
  CHECK(in.lines == strings{"123"});
}

TEST_CASE("lines of all lengths around the buffer are exact") {
  strings expected;
  std::string bytes;
  for (const std::size_t length : {1U, 65535U, 65536U, 65537U, 3U, 200000U, 0U, 131072U, 7U}) {
    expected.emplace_back(length, static_cast<char>('a' + length % 26));
    bytes += expected.back() + '\n';
  }
  const auto file = test::make_file(bytes);
  reading in(file.value());
  CHECK(in.all() == expected);
}

TEST_CASE("a carriage return is kept and remembered") {
  const auto file = test::make_file("a\r\nb\n");
  reading in(file.value());
  CHECK(in.all() == strings{"a\r", "b"});
  CHECK(in.reader.saw_cr());
}

TEST_CASE("with another delimiter a carriage return is data") {
  const auto file = test::make_file(std::string("a\r\0b", 4));
  reading in(file.value(), {std::string(1, '\0')});
  CHECK(in.all() == strings{"a\r", "b"});
  CHECK_FALSE(in.reader.saw_cr());
}

TEST_CASE("a delimiter of several bytes never splits another character, whatever the pieces") {
  // U+00E4 is C3 A4, U+00C3 is C3 83, U+00E9 is C3 A9.
  const std::string text = "a\xc3\xa4\xc3\x83\xc3\xa4\xc3\xa9\xa4\xc3\xa4z";
  auto pipe = test::make_pipe();
  reading in(pipe.out.value(), {"\xc3\xa4"});
  for (const char byte : text) {
    test::put(pipe.in, std::string(1, byte));
    run_ready(in.loop);
  }
  pipe.in = owned_fd();
  CHECK(in.all() == strings{"a", "\xc3\x83", "\xc3\xa9\xa4", "z"});
}

TEST_CASE("a NUL is refused with every other delimiter, too") {
  const auto file = test::make_file(std::string("a,b\0c,d", 7));
  reading in(file.value(), {","});
  CHECK(in.error().starts_with("in:2: NUL byte"));
  CHECK(in.lines == strings{"a"});
}

TEST_CASE("a byte order mark before the first line is no part of it") {
  const std::string mark = "\xef\xbb\xbf";
  const auto file = test::make_file(mark + "a\n" + mark + "b\n");
  reading in(file.value());
  CHECK(in.all() == strings{"a", mark + "b"});
  const auto alone = test::make_file(mark);
  reading nothing(alone.value());
  CHECK(nothing.all().empty());
}

TEST_CASE("close ends a suspended fill") {
  const auto pipe = test::make_pipe();
  reading in(pipe.out.value());
  test::put(pipe.in, "a\npart");
  run_until(in.loop, [&] { return in.lines.size() == 1; });
  run_ready(in.loop);
  REQUIRE_FALSE(in.task.done);
  in.reader.close();
  run_until(in.loop, [&] { return in.task.done; });
  in.task.rethrow();
  CHECK(in.lines == strings{"a"});
}

TEST_CASE("what cannot be read is an error that names the file") {
  const owned_fd directory(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  reading in(directory.value());
  CHECK(in.error() == "in: Is a directory");
  reading closed(-1);
  CHECK(closed.error() == "in: Bad file descriptor");
}

TEST_CASE("lines before a read error are given") {
  // The master of a terminal: what the other side wrote, then EIO. It also is the one kind of
  // terminal that must not be opened anew.
  const owned_fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  REQUIRE(::grantpt(master.value()) == 0);
  REQUIRE(::unlockpt(master.value()) == 0);
  {
    const owned_fd terminal(::open(::ptsname(master.value()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    test::put(terminal, "seen\n");
  }
  reading in(master.value());
  CHECK(in.error() == "in: Input/output error");
  CHECK(in.lines == strings{"seen\r"});
}
