#include "batch/block_reader.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <boost/asio/post.hpp>

#include "support/catch.hpp"
#include "support/descriptors.hpp"

using namespace weir;
using test::run_ready;
using test::run_until;

namespace {

/// Reads one block, or so many, beside the test.
struct reading {
  boost::asio::io_context loop;
  block_reader reader;
  std::vector<std::string> blocks;
  test::task task;

  reading(int fd, const block_rules& rules, std::size_t most = 1)
      : reader(loop.get_executor(), fd, "in", rules) {
    task.start(loop, run(most));
  }

  awaitable<void> run(std::size_t most) {
    for (bool more = true; blocks.size() < most;) {
      if (auto block = reader.next()) {
        blocks.push_back(std::move(*block));
        continue;
      }
      if (!more) break;
      more = co_await reader.read_more();
    }
  }

  void finish() {
    run_until(loop, [&] { return task.done; });
    task.rethrow();
  }
};

void write(const owned_fd& fd, const std::string& bytes) {
  REQUIRE(::write(fd.value(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
}

}  // namespace

TEST_CASE("of a stream no more is read than a block needs") {
  const auto pipe = test::make_pipe();
  write(pipe.in, "a\nb\nc\nd\ne\nf\n");
  reading in(pipe.out.value(), {.block = 5});
  in.finish();
  CHECK(in.blocks == std::vector<std::string>{"a\nb\n"});
  int left = 0;
  REQUIRE(::ioctl(pipe.out.value(), FIONREAD, &left) == 0);
  CHECK(left == 12 - 5);
}

TEST_CASE("blocks come as the stream does, and its end ends the last") {
  auto pipe = test::make_pipe();
  reading in(pipe.out.value(), {.block = 4}, 10);
  write(pipe.in, "a\nb");
  run_ready(in.loop);
  CHECK(in.blocks.empty());
  write(pipe.in, "\nc\nd");
  run_ready(in.loop);
  CHECK(in.blocks == std::vector<std::string>{"a\nb\n"});
  pipe.in = owned_fd();
  in.finish();
  CHECK(in.blocks == std::vector<std::string>{"a\nb\n", "c\nd"});
}

TEST_CASE("between two reads of a block the loop does other things") {
  const auto file = test::make_file(std::string(300'000, 'x') + "\n");
  reading in(file.value(), {.block = 1 << 20});
  int turns = 0;
  std::function<void()> other = [&] {
    ++turns;
    if (!in.task.done) boost::asio::post(in.loop, other);
  };
  other();
  in.finish();
  CHECK(in.blocks.size() == 1);
  CHECK(turns > 3);
}

TEST_CASE("a stream whose pipe is found full gets a wider one") {
  const auto pipe = test::make_pipe(O_NONBLOCK);
  REQUIRE(::fcntl(pipe.in.value(), F_GETPIPE_SZ) == 64 << 10);
  write(pipe.in, std::string(1000, '\n'));
  reading in(pipe.out.value(), {.block = 1 << 20});
  run_ready(in.loop);
  CHECK(::fcntl(pipe.in.value(), F_GETPIPE_SZ) == 64 << 10);
  write(pipe.in, std::string(64 << 10, '\n'));
  run_ready(in.loop);
  CHECK(::fcntl(pipe.in.value(), F_GETPIPE_SZ) == 1 << 20);
  in.reader.close();
  in.finish();
}
