// Functions and their arguments in place of coroutines: what is kept, and for how long.
#include <functional>
#include <future>
#include <memory>
#include <thread>

#include <weir/with_scheduler.hpp>

#include "bench.hpp"

namespace {

/// Counts its objects: an object too few was destroyed twice.
struct counted {
  explicit counted(int& alive) : count(&alive) { ++*count; }
  counted(const counted& other) : count(other.count) { ++*count; }
  counted& operator=(const counted&) = delete;
  ~counted() { --*count; }
  int* count;
};

struct request {
  counted here;
  std::string path;
};

awaitable<std::size_t> measure(const std::string& text) {
  co_return text.size();
}

awaitable<> touch(request one, bench& b) {
  co_await b.door.pass();
  b.ran.push_back(static_cast<int>(one.path.size()));
}

struct service {
  awaitable<int> answer(int to) { co_return base + to; }
  int base = 40;
};

awaitable<> use_every_verb(bench& b, int& alive) {
  const counted peer(alive);
  // NOLINTNEXTLINE(performance-unnecessary-value-param)
  const auto note = [](counted, bench& in, int n) { return in.note(n); };
  (void)co_await b.s.spawn(note, peer, std::ref(b), 1);
  (void)co_await b.s.spawn("named", note, counted(alive), std::ref(b), 2);
  (void)co_await b.s.spawn(job_options().priority(1), note, counted(alive), std::ref(b), 3);
  co_await b.s.shield(note, peer, std::ref(b), 4);
  b.s.try_spawn(note, peer, std::ref(b), 5);
  b.s.try_spawn("named", note, peer, std::ref(b), 6);
  b.s.async_spawn("named", asio::detached, note, peer, std::ref(b), 7);
  auto with_captures = [peer, &b] { return b.note(8); };
  (void)co_await b.s.spawn(with_captures);
  (void)co_await b.s.spawn(moved(with_captures));
  request made{peer, "/"};
  (void)co_await b.s.spawn(touch, moved(made), std::ref(b));
  (void)co_await with_scheduler<loop_executor>(
      scheduler_options(),
      // NOLINTNEXTLINE(performance-unnecessary-value-param)
      [](loop_scheduler& s, counted, bench& in) -> awaitable<> {
        (void)co_await s.spawn(in.note(9));
      },
      counted(alive), std::ref(b));
  b.door.open();
  (void)co_await b.s.wait_and_close();
}

}  // namespace

TEST_CASE("what is given to spawn, shield and their like is destroyed exactly once") {
  bench b;
  int alive = 0;
  b.await(use_every_verb(b, alive));
  CHECK(alive == 0);
  std::sort(b.ran.begin(), b.ran.end());
  CHECK(b.ran == std::vector<int>{1, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9});
}

TEST_CASE("a function given to spawn is kept alive with its captures until its coroutine ends") {
  bench b;
  const auto job = [&b] {
    const std::string text(100, 'x');
    const auto work = [text, &b]() -> awaitable<std::size_t> {
      co_await b.door.pass();
      co_return text.size();
    };
    return b.await(b.s.spawn(work));
  }();
  b.door.open();
  CHECK(b.await(job.wait()) == 100);
}

TEST_CASE("arguments are moved in and kept, so that parameters may be references") {
  bench b;
  const auto job = b.await(b.s.spawn(measure, std::string(100, 'x')));
  CHECK(b.await(job.wait()) == 100);
  // NOLINTNEXTLINE(performance-unnecessary-value-param)
  const auto only_moves = [](std::unique_ptr<int> n) -> awaitable<int> { co_return *n; };
  const auto moved_in = b.await(b.s.spawn(only_moves, std::make_unique<int>(7)));
  CHECK(b.await(moved_in.wait()) == 7);
}

TEST_CASE("a member function is spawned with its object") {
  bench b;
  service s;
  const auto job = b.await(b.s.spawn("ask", &service::answer, &s, 2));
  CHECK(job.name() == "ask");
  CHECK(b.await(job.wait()) == 42);
}

TEST_CASE("six arguments can be given") {
  bench b;
  const auto sum = [](int p, int q, int r, int s, int t, int u) -> awaitable<int> {
    co_return p + q + r + s + t + u;
  };
  const auto job = b.await(b.s.spawn(sum, 1, 2, 3, 4, 5, 6));
  CHECK(b.await(job.wait()) == 21);
}

TEST_CASE("a job made of a function knows where it was spawned") {
  bench b;
  const auto where = std::source_location::current();
  const auto job = b.s.try_spawn(&bench::give, &b, 1);
  const auto named = b.s.try_spawn("named", &bench::give, &b, 1);
  CHECK(job.spawned_at().line() == where.line() + 1);
  CHECK(named.spawned_at().line() == where.line() + 2);
}

TEST_CASE("a function that is refused by a closed scheduler is let go, and never called") {
  bench b;
  int alive = 0;
  b.await(b.s.close());
  const auto never = [](counted, bench& in) { return in.note(1); };
  CHECK(throws(b, b.s.spawn(never, counted(alive), std::ref(b)), scheduler_errc::closed));
  CHECK(alive == 0);
  CHECK(b.ran.empty());
}
