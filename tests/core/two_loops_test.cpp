// Schedulers that are used from other executors than their own.
#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>

#include <weir/for_each.hpp>

#include "two_strands.hpp"

namespace {

using namespace asio::experimental::awaitable_operators;
using any_awaitable = asio::awaitable<void>;

any_awaitable sleep_for(std::chrono::nanoseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

any_awaitable wait_or_tick(job<> one, bool& late) {
  const std::variant<std::monostate, std::monostate> first =
      co_await (one.wait() || sleep_for(100us));
  late = first.index() == 1;
}

any_awaitable race_waits_with_timers(scheduler& s) {
  for (int i = 0; i < 300; ++i) {
    const job<> one = co_await s.spawn(sleep_for, i % 3 * 100us);
    bool late = false;
    co_await wait_or_tick(one, late);
    co_await one.wait();
  }
  (void)co_await s.wait_and_close();
}

struct only_moves {
  std::unique_ptr<std::string> text;
};

asio::awaitable<std::unique_ptr<std::string>> make_text(std::chrono::nanoseconds after) {
  co_await sleep_for(after);
  co_return std::make_unique<std::string>("once");
}

any_awaitable take_it(job<std::unique_ptr<std::string>> from, std::atomic<int>& got) {
  try {
    const std::unique_ptr<std::string> text = co_await from.wait();
    if (*text == "once") ++got;
  } catch (const scheduler_error& error) {
    if (error.code() == scheduler_errc::result_taken) got += 100;
  }
}

/// A result that co_spawn could not carry.
struct no_default {
  explicit no_default(int n) : number(n) {}
  int number;
};

}  // namespace

TEST_CASE("waiting beside a timer from another strand leaves nothing behind") {
  two_strands t;
  t.run(race_waits_with_timers(t.s));
  CHECK(t.told == 0);
}

TEST_CASE("a result that only moves reaches one of two waiters on different loops") {
  for (int round = 0; round < 100; ++round) {
    two_strands t;
    std::atomic<int> got = 0;
    auto made = t.s.async_spawn(make_text(round % 2 * 50us), {}, asio::use_future).get();
    auto here = asio::co_spawn(t.away, take_it(made, got), asio::use_future);
    auto there = asio::co_spawn(t.home, take_it(std::move(made), got), asio::use_future);
    here.get();
    there.get();
    CHECK(got == 101);
    t.run(t.s.wait_and_close());
  }
}

TEST_CASE("a result without a default constructor comes over from another strand") {
  two_strands t;
  const auto make = []() -> asio::awaitable<no_default> { co_return no_default(7); };
  const auto made = t.s.async_spawn({}, asio::use_future, make).get();
  const auto sum = [](scheduler& s, job<no_default> one) -> asio::awaitable<int> {
    const auto again = []() -> asio::awaitable<no_default> { co_return no_default(7); };
    const no_default waited = co_await one.wait();
    const no_default awaited = co_await one;
    const no_default shielded = co_await s.shield(again);
    co_return waited.number + awaited.number + shielded.number;
  };
  CHECK(t.run(sum(t.s, made)) == 21);
  t.run(t.s.wait_and_close());
}

TEST_CASE("everything that is awaited can be awaited from another strand") {
  two_strands t;
  const auto use = [](scheduler& s) -> asio::awaitable<int> {
    const auto give = [](int n) -> asio::awaitable<int> { co_return n; };
    const job<int> one = co_await s.spawn("one", give, 1);
    const job<int> two = co_await s.spawn(give(2));
    int sum = co_await one + co_await two.take();
    sum += co_await s.shield(give(3));
    co_await one.close();
    const std::vector<int> numbers{10, 20};
    const std::vector<int> same = co_await map(s, numbers, give);
    sum += same.at(0) + same.at(1);
    co_await for_each(s, numbers, give);
    co_await s.wait_idle();
    (void)co_await s.close();
    co_await s.stopping();
    co_return sum;
  };
  CHECK(t.run(use(t.s)) == 36);
}

// GCC 12 suspends for both operands before it asks either for its result.
TEST_CASE("two jobs in one expression give what each ended with") {
  for (int round = 0; round < 100; ++round) {
    two_strands t;
    const auto use = [](scheduler& s) -> asio::awaitable<int> {
      const auto give = [](int n) -> asio::awaitable<int> { co_return n; };
      const auto refuse = [](int) -> asio::awaitable<int> {
        throw std::runtime_error("refused");
        co_return 0;
      };
      const job<int> one = co_await s.spawn(give, 1);
      const job<int> two = co_await s.spawn(give, 2);
      const job<int> bad = co_await s.spawn(refuse, 3);
      const int sum = co_await one + co_await two;
      try {
        co_return co_await bad + co_await one;
      } catch (const std::runtime_error&) {
        co_return sum;
      }
    };
    CHECK(t.run(use(t.s)) == 3);
    t.run(t.s.wait_and_close());
  }
}

TEST_CASE("a spawn onto a loop that does not run can be cancelled, and its body never runs") {
  asio::io_context here;
  asio::io_context there;
  int ran = 0;
  {
    loop_scheduler s(there);
    started spawning;
    const auto spawn_there = [](loop_scheduler& to, int& count) -> awaitable<> {
      const auto work = [](int* n) -> awaitable<> {
        ++*n;
        co_return;
      };
      (void)co_await to.spawn(work, &count);
    };
    asio::co_spawn(here, spawn_there(s, ran),
                   asio::bind_cancellation_slot(spawning.cancel.slot(), [&](std::exception_ptr e) {
                     spawning.done = true;
                     spawning.error = e;
                   }));
    here.poll();
    CHECK_FALSE(spawning.done);
    spawning.cancel.emit(asio::cancellation_type::terminal);
    here.restart();
    here.poll();
    CHECK(spawning.done);
    CHECK(spawning.was_cancelled());
    there.poll();
    CHECK(s.empty());
  }
  CHECK(ran == 0);
}

TEST_CASE("whoever waits on a loop that is destroyed is told") {
  asio::io_context here;
  started waiting;
  auto there = std::make_unique<asio::io_context>();
  loop_scheduler s(*there);
  const auto wait_there = [](loop_scheduler& on, asio::io_context& loop) -> awaitable<> {
    const auto sleep = [](asio::io_context& in) -> awaitable<> {
      gate door(in);
      co_await door.pass();
    };
    const loop_job<> one = co_await on.spawn(sleep, std::ref(loop));
    co_await one.wait();
  };
  asio::co_spawn(here, wait_there(s, *there), [&](std::exception_ptr e) {
    waiting.done = true;
    waiting.error = e;
  });
  for (int turn = 0; turn < 4; ++turn) {
    here.restart();
    here.poll();
    there->restart();
    there->poll();
  }
  CHECK(s.active_count() == 1);
  CHECK_FALSE(waiting.done);
  there.reset();
  here.restart();
  here.run();
  CHECK(waiting.threw(scheduler_errc::abandoned));
}

TEST_CASE("jobs with strands of their own run side by side under one limit") {
  two_strands t;
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  const auto work = [](asio::any_io_executor mine, std::atomic<int>& in,
                       std::atomic<int>& peak) -> asio::awaitable<int> {
    const asio::any_io_executor actual = co_await asio::this_coro::executor;
    if (actual != mine) throw std::runtime_error("elsewhere");
    const int now = ++in;
    for (int seen = peak; seen < now && !peak.compare_exchange_weak(seen, now);) {
    }
    co_await sleep_for(100us);
    --in;
    co_return 1;
  };
  t.run([](two_strands& on, auto body, std::atomic<int>& in,
           std::atomic<int>& peak) -> any_awaitable {
    co_await asio::post(on.home, asio::use_awaitable);
    on.s.set_limit(2);
    std::vector<job<int>> jobs;
    for (int i = 0; i < 50; ++i) {
      const asio::any_io_executor strand = strand_of(on.pool.get_executor());
      jobs.push_back(co_await on.s.spawn(job_options().executor(strand), body, strand, std::ref(in),
                                         std::ref(peak)));
    }
    int sum = 0;
    for (const job<int>& one : jobs) sum += co_await one.wait();
    if (sum != 50) throw std::runtime_error("not all ran");
    (void)co_await on.s.wait_and_close();
  }(t, work, inside, most));
  CHECK(most <= 2);
  CHECK(t.told == 0);
}

TEST_CASE("a job on a strand of its own is cancelled there, fails there, and runs out of time") {
  two_strands t;
  const auto strand = [&t] { return job_options().executor(strand_of(t.pool.get_executor())); };
  const auto sleeping = t.s.async_spawn(strand(), asio::use_future, sleep_for, 1h).get();
  CHECK_THROWS_AS(t.run(sleeping.wait_or_cancel(1ms)), scheduler_error);
  const auto fail = []() -> any_awaitable {
    throw std::runtime_error("there");
    co_return;
  };
  const auto failed = t.s.async_spawn(strand(), asio::use_future, fail).get();
  CHECK_THROWS_WITH(t.run(failed.wait()), "there");
  const auto slow = t.s.async_spawn(strand().timeout(1ms), asio::use_future, sleep_for, 1h).get();
  CHECK_THROWS_AS(t.run(slow.wait()), scheduler_error);
  const auto closed = t.s.async_spawn(strand(), asio::use_future, sleep_for, 1h).get();
  const close_report report = t.run(t.s.close());
  CHECK(report.cancelled + report.never_started == 1);
  CHECK(sleeping.outcome() == job_outcome::cancelled);
  CHECK(slow.outcome() == job_outcome::failed);
}

TEST_CASE("a job on a strand of its own that would wait for itself is told") {
  two_strands t;
  const auto close_own = [](scheduler& s) -> any_awaitable { (void)co_await s.close(); };
  const auto one = t.s.async_spawn(job_options().executor(strand_of(t.pool.get_executor())),
                                   asio::use_future, close_own, std::ref(t.s))
                       .get();
  const auto code = [&]() -> std::error_code {
    try {
      t.run(one.wait());
    } catch (const scheduler_error& error) {
      return error.code();
    }
    return {};
  }();
  CHECK(code == scheduler_errc::inside);
  t.run(t.s.close());
}

TEST_CASE("a job of loop_scheduler runs on another io_context's thread") {
  asio::io_context there;
  auto work = asio::make_work_guard(there);
  std::thread thread([&there] { there.run(); });
  bench b;
  const auto identify = []() -> awaitable<std::thread::id> {
    co_return std::this_thread::get_id();
  };
  const auto one = b.await(b.s.spawn(job_options().executor(there.get_executor()), identify));
  CHECK(b.await(one.wait()) == thread.get_id());
  CHECK_THROWS_AS(
      b.await(b.s.spawn(job_options().executor(asio::make_strand(there.get_executor())), identify)),
      std::invalid_argument);
  work.reset();
  thread.join();
}
