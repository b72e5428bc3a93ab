#include "loop/poll_set.hpp"
#include "support/catch.hpp"
#include "support/descriptors.hpp"

#include <functional>
#include <memory>
#include <optional>

#include <sys/wait.h>

namespace {

using weir::poll_set;

struct probe final : poll_set::watch {
  void ready(poll_set::readiness what) override {
    ++calls;
    last = what;
    if (then) then();
  }
  std::function<void()> then;
  int calls = 0;
  poll_set::readiness last = poll_set::readiness::transferable;
};

/// A pipe whose reading end is watched.
struct watched_pipe {
  explicit watched_pipe(poll_set& set) {
    auto pipe = test::make_pipe();
    in = std::move(pipe.in);
    watch.take(std::move(pipe.out));
    watch.start(set);
  }
  void drain() {
    char bytes[16];
    REQUIRE(::read(watch.fd(), bytes, sizeof bytes) > 0);
  }
  probe watch;
  test::owned_fd in;
};

struct poll_fixture {
  boost::asio::io_context loop{1};
  std::optional<poll_set> set{loop.get_executor()};
};

}  // namespace

TEST_CASE_METHOD(poll_fixture, "a watch is called while there is something to read") {
  watched_pipe pipe(*set);
  pipe.watch.then = [&] {
    if (pipe.watch.calls == 3) pipe.drain();
  };
  test::run_ready(loop);
  CHECK(pipe.watch.calls == 0);
  test::put(pipe.in, "x");
  test::run_until(loop, [&] { return pipe.watch.calls == 3; });
  test::run_ready(loop);
  CHECK(pipe.watch.calls == 3);
}

TEST_CASE_METHOD(poll_fixture, "the end of a stream is told") {
  watched_pipe pipe(*set);
  pipe.in = {};
  pipe.watch.then = [&] { pipe.watch.close(); };
  test::run_until(loop, [&] { return pipe.watch.calls == 1; });
  test::run_ready(loop);
  CHECK(pipe.watch.calls == 1);
  CHECK(pipe.watch.last == poll_set::readiness::ended);
  CHECK_FALSE(pipe.watch.is_open());
}

TEST_CASE_METHOD(poll_fixture,
                 "a stream with bytes left has not ended, though its writer has gone") {
  watched_pipe pipe(*set);
  test::put(pipe.in, "x");
  pipe.in = {};
  test::run_until(loop, [&] { return pipe.watch.calls == 1; });
  CHECK(pipe.watch.last == poll_set::readiness::transferable);
  pipe.drain();
  test::run_until(loop, [&] { return pipe.watch.last == poll_set::readiness::ended; });
  pipe.watch.close();
}

TEST_CASE_METHOD(poll_fixture, "a watch for writing is called while there is room") {
  const auto pipe = test::make_pipe(O_NONBLOCK);
  probe room;
  room.borrow(pipe.in.value());
  const std::string much(65536, 'x');
  test::put(pipe.in, much);  // full now
  room.start(*set, poll_set::transfer::out);
  test::run_ready(loop);
  CHECK(room.calls == 0);
  room.then = [&] { room.stop(); };
  CHECK(test::read_now(pipe.out) == much);
  test::run_until(loop, [&] { return room.calls > 0; });
  room.close();
  CHECK(::fcntl(pipe.in.value(), F_GETFD) >= 0);  // borrowed
}

TEST_CASE("a loop has one set") {
  boost::asio::io_context one{1};
  boost::asio::io_context other{1};
  poll_set& set = poll_set::of(one.get_executor());
  CHECK(&set == &poll_set::of(one.get_executor()));
  CHECK(&set != &poll_set::of(other.get_executor()));
}

TEST_CASE_METHOD(poll_fixture, "a watched descriptor keeps its flags") {
  watched_pipe pipe(*set);
  test::run_ready(loop);
  CHECK((::fcntl(pipe.watch.fd(), F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE_METHOD(poll_fixture, "a stopped watch is silent until it is started again") {
  watched_pipe pipe(*set);
  test::put(pipe.in, "x");
  pipe.watch.stop();
  test::run_ready(loop);
  CHECK(pipe.watch.calls == 0);
  pipe.watch.then = [&] { pipe.watch.stop(); };
  pipe.watch.start(*set);
  test::run_until(loop, [&] { return pipe.watch.calls > 0; });
  test::run_ready(loop);
  CHECK(pipe.watch.calls == 1);
}

TEST_CASE_METHOD(poll_fixture, "what one callback stops is not called later in the same batch") {
  watched_pipe first(*set);
  watched_pipe second(*set);
  for (watched_pipe* pipe : {&first, &second}) {
    test::put(pipe->in, "x");
    pipe->watch.then = [&] {
      first.watch.stop();
      second.watch.stop();
    };
  }
  test::run_until(loop, [&] { return first.watch.calls + second.watch.calls > 0; });
  test::run_ready(loop);
  CHECK(first.watch.calls + second.watch.calls == 1);
}

TEST_CASE_METHOD(poll_fixture, "a callback may destroy its own watch and others") {
  auto first = std::make_unique<watched_pipe>(*set);
  auto second = std::make_unique<watched_pipe>(*set);
  int calls = 0;
  // Refers to a function object that outlives the watches.
  const std::function<void()> destroy_both = [&] {
    ++calls;
    first.reset();
    second.reset();
  };
  for (watched_pipe* pipe : {first.get(), second.get()}) {
    test::put(pipe->in, "x");
    pipe->watch.then = std::ref(destroy_both);
  }
  test::run_until(loop, [&] { return calls > 0; });
  test::run_ready(loop);
  CHECK(calls == 1);
}

TEST_CASE_METHOD(poll_fixture, "a callback may destroy the set") {
  watched_pipe first(*set);
  watched_pipe second(*set);
  int calls = 0;
  for (watched_pipe* pipe : {&first, &second}) {
    test::put(pipe->in, "x");
    pipe->watch.then = [&] {
      ++calls;
      first.watch.stop();
      second.watch.stop();
      set.reset();
    };
  }
  test::run_until(loop, [&] { return calls > 0; });
  test::run_ready(loop);
  CHECK(calls == 1);
}

TEST_CASE_METHOD(poll_fixture, "a set that is destroyed while it waits is not called any more") {
  // Both are ready in the same turn of the loop: the first one called destroys the other.
  std::optional<poll_set> other(loop.get_executor());
  watched_pipe first(*set);
  watched_pipe second(*other);
  for (watched_pipe* pipe : {&first, &second}) {
    test::put(pipe->in, "x");
    pipe->watch.then = [&, pipe] {
      first.watch.stop();
      second.watch.stop();
      (pipe == &first ? other : set).reset();
    };
  }
  test::run_until(loop, [&] { return first.watch.calls + second.watch.calls > 0; });
  test::run_ready(loop);
  CHECK(first.watch.calls + second.watch.calls == 1);
}

TEST_CASE_METHOD(poll_fixture, "a callback may start another watch") {
  watched_pipe first(*set);
  std::unique_ptr<watched_pipe> second;
  first.watch.then = [&] {
    first.watch.stop();
    second = std::make_unique<watched_pipe>(*set);
    test::put(second->in, "x");
    second->watch.then = [&] { second->drain(); };
  };
  test::put(first.in, "x");
  test::run_until(loop, [&] { return second && second->watch.calls > 0; });
  CHECK(second->watch.calls == 1);
}

TEST_CASE_METHOD(poll_fixture, "the loop ends when nothing is watched") {
  watched_pipe pipe(*set);
  test::run_ready(loop);
  pipe.watch.close();
  loop.restart();
  loop.run();  // hangs, and is killed, if not
  SUCCEED();
}

TEST_CASE_METHOD(poll_fixture, "watches that are always ready do not starve the loop") {
  std::vector<std::unique_ptr<watched_pipe>> pipes;
  for (int i = 0; i < 100; ++i) {
    pipes.push_back(std::make_unique<watched_pipe>(*set));
    test::put(pipes.back()->in, "x");
  }
  int posted = 0;
  std::function<void()> again = [&] {
    if (++posted < 10) boost::asio::post(loop, again);
  };
  boost::asio::post(loop, again);
  for (int turns = 0; turns < 40 && posted < 10; ++turns) {
    loop.restart();
    loop.poll_one();
  }
  CHECK(posted == 10);
  // And each of them has its turn.
  test::run_until(loop, [&] {
    for (const auto& pipe : pipes)
      if (pipe->watch.calls == 0) return false;
    return true;
  });
}

TEST_CASE_METHOD(poll_fixture,
                 "a closed watch is silent though another process holds its descriptor") {
  watched_pipe pipe(*set);
  auto gate = test::make_pipe();
  const pid_t child = ::fork();
  if (child == 0) {
    char byte;
    ::close(gate.in.value());
    ::_exit(::read(gate.out.value(), &byte, 1) == 0 ? 0 : 1);
  }
  pipe.watch.close();
  test::put(pipe.in, "x");
  test::run_ready(loop);
  CHECK(pipe.watch.calls == 0);
  gate.in = {};
  CHECK(::waitpid(child, nullptr, 0) == child);
}
