// What aiojobs' own tests of a scheduler pin down, each with its test here.
#include <sstream>
#include <thread>

#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>

#include "bench.hpp"

TEST_CASE("a new scheduler is empty and open") {
  bench b;
  CHECK(b.s.empty());
  CHECK(b.s.size() == 0);
  CHECK(b.s.active_count() == 0);
  CHECK(b.s.pending_count() == 0);
  CHECK(b.s.blocked_count() == 0);
  CHECK_FALSE(b.s.closed());
  CHECK(b.s.snapshot().empty());
}

TEST_CASE("a scheduler can be made before the loop runs") {
  asio::io_context io;
  loop_scheduler s(io);
  CHECK(s.empty());
  CHECK(io.run() == 0);
}

TEST_CASE("spawn puts exactly that job into the scheduler") {
  bench b;
  const auto job = b.spawn(b.for_ever());
  REQUIRE(b.s.size() == 1);
  CHECK(b.s.contains(job));
  CHECK(b.s.snapshot() == std::vector<job_view>{job});
  CHECK(b.s.active_count() == 1);
  bench other;
  CHECK_FALSE(other.s.contains(job));
  b.door.open();
}

TEST_CASE("a job's body runs on the scheduler's executor") {
  bench b;
  bool same = false;
  b.spawn([](bench& in, bool& out) -> awaitable<> {
    const loop_executor here = co_await asio::this_coro::executor;
    out = here == in.s.get_executor();
  }(b, same));
  b.settle();
  CHECK(same);
}

TEST_CASE("a spawn from a foreign executor is taken over to the scheduler's and comes back") {
  asio::io_context io;
  asio::thread_pool pool(1);
  scheduler s(io.get_executor());
  std::thread::id body;
  std::thread::id after;
  auto work = asio::make_work_guard(io);
  auto done = asio::co_spawn(
      asio::any_io_executor(pool.get_executor()),
      [](scheduler& on, std::thread::id& in_body, std::thread::id& later) -> asio::awaitable<int> {
        const auto job = co_await on.spawn([](std::thread::id& out) -> asio::awaitable<int> {
          out = std::this_thread::get_id();
          co_return 9;
        }(in_body));
        later = std::this_thread::get_id();
        const int result = co_await job.wait();
        co_return result;
      }(s, body, after),
      asio::use_future);
  std::thread loop([&io] { io.run(); });
  CHECK(done.get() == 9);
  const std::thread::id loop_id = loop.get_id();
  work.reset();
  loop.join();
  CHECK(body == loop_id);
  CHECK(after != loop_id);
}

TEST_CASE("async_spawn may be called from any thread") {
  asio::io_context io;
  loop_scheduler s(io, scheduler_options().limit(3).pending_limit(unlimited));
  auto work = asio::make_work_guard(io);
  std::thread loop([&io] { io.run(); });
  int sum = 0;
  const auto add = [](int& to, int n) -> awaitable<> {
    to += n;
    co_return;
  };
  std::vector<std::thread> callers;
  for (int thread = 0; thread < 4; ++thread)
    callers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const loop_job<> job = s.async_spawn(add(sum, 1), {}, asio::use_future).get();
        CHECK(job.id() > 0);
      }
    });
  for (std::thread& caller : callers) caller.join();
  asio::co_spawn(io, drain_it(s), asio::use_future).get();
  work.reset();
  loop.join();
  CHECK(sum == 800);
}

TEST_CASE("a job's value is returned, and the job is gone from the scheduler") {
  bench b;
  const auto job = b.spawn(b.give(1));
  CHECK(b.await(job.wait()) == 1);
  CHECK(b.s.empty());
  CHECK_FALSE(b.s.contains(job));
}

TEST_CASE("a failure that somebody waits for reaches only the waiter") {
  bench b;
  const auto job = b.spawn(b.fail_at_door("mine"));
  started wait;
  b.start(wait, wait_for_job(job));
  b.door.open();
  b.settle();
  CHECK(wait.text() == "mine");
  CHECK(b.errors.empty());
  CHECK(b.s.empty());
}

TEST_CASE("a failure that nobody waits for reaches the handler with its whole context") {
  bench b;
  const unsigned line = __LINE__ + 1;
  const auto job = b.await(b.s.spawn(b.fail("lonely"), "poor"));
  b.settle();
  REQUIRE(b.errors.size() == 1);
  CHECK(b.errors[0].message == "Job processing failed");
  CHECK(b.errors[0].job == job);
  CHECK(b.errors[0].job.name() == "poor");
  CHECK(text_of(b.errors[0].exception) == "lonely");
  CHECK(b.errors[0].where.line() == line);
  CHECK(b.s.counters().failed == 1);
}

TEST_CASE("a failure while the scheduler closes reaches the handler") {
  bench b;
  b.spawn(b.fail_when_cancelled("in closing"));
  b.settle();
  const close_report report = b.await(b.s.close());
  CHECK(report.failed == 1);
  CHECK(report.cancelled == 0);
  REQUIRE(b.errors.size() == 1);
  CHECK(text_of(b.errors[0].exception) == "in closing");
}

TEST_CASE("timeouts and limits have their defaults and can be chosen") {
  bench standard;
  CHECK(standard.s.close_timeout() == 100ms);
  CHECK(standard.s.wait_timeout() == 60s);
  CHECK(standard.s.limit() == 100);
  CHECK(standard.s.pending_limit() == 10000);
  bench own(scheduler_options().limit(5).pending_limit(6).close_timeout(1s).wait_timeout(2s));
  CHECK(own.s.close_timeout() == 1s);
  CHECK(own.s.wait_timeout() == 2s);
  CHECK(own.s.limit() == 5);
  CHECK(own.s.pending_limit() == 6);
}

TEST_CASE("a scheduler's state can be printed") {
  bench b(scheduler_options().limit(1));
  b.spawn(b.for_ever());
  b.spawn(b.for_ever());
  std::ostringstream out;
  out << b.s;
  CHECK(out.str() == "scheduler: open, active 1 of 1, pending 1, blocked 0, shields 0");
  b.await(b.s.close());
  CHECK(to_string(b.s) == "scheduler: closed, active 0 of 1, pending 0, blocked 0, shields 0");
}

TEST_CASE("close ends all jobs and zeroes all counts") {
  bench b(scheduler_options().limit(2).pending_limit(1));
  const auto one = b.spawn(b.for_ever());
  const auto two = b.spawn(b.for_ever());
  const auto three = b.spawn(b.note(3));
  b.settle();
  const close_report report = b.await(b.s.close());
  CHECK(report.cancelled == 2);
  CHECK(report.never_started == 1);
  CHECK(report.still_running == 0);
  CHECK(b.s.size() == 0);
  CHECK(b.s.active_count() == 0);
  CHECK(b.s.pending_count() == 0);
  CHECK(b.s.closed());
  CHECK((one.closed() && two.closed() && three.closed()));
  CHECK(b.ran.empty());
  CHECK(b.errors.empty());
}

TEST_CASE("the exception handler can be read, replaced and taken away") {
  bench b;
  CHECK(static_cast<bool>(b.s.on_error()));
  int calls = 0;
  b.s.on_error([&calls](const error_context&) { ++calls; });
  b.spawn(b.fail("x"));
  b.settle();
  CHECK(calls == 1);
  CHECK(b.errors.empty());
  b.s.call_exception_handler(
      {"mine", {}, std::make_exception_ptr(1), std::source_location::current()});
  CHECK(calls == 2);
  b.s.on_error(nullptr);
  CHECK_FALSE(static_cast<bool>(b.s.on_error()));
}

TEST_CASE("wait_or_cancel cancels a late job and removes it") {
  bench b;
  const auto job = b.spawn(b.give_at_door(1));
  b.settle();
  CHECK(throws(b, job.wait_or_cancel(2ms), scheduler_errc::timed_out));
  CHECK(job.closed());
  CHECK(job.outcome() == job_outcome::cancelled);
  CHECK(b.s.empty());
  CHECK(b.errors.empty());
}

TEST_CASE("a job that outlives close_timeout is reported, and close returns") {
  bench b(scheduler_options().close_timeout(3ms));
  b.spawn(b.stubborn());
  b.settle();
  const auto start = std::chrono::steady_clock::now();
  const close_report report = b.await(b.s.close());
  CHECK(std::chrono::steady_clock::now() - start >= 3ms);
  CHECK(report.still_running == 1);
  REQUIRE(b.errors.size() == 1);
  CHECK(b.errors[0].message == "Job closing timed out");
  b.door.open();
  b.settle();
  CHECK(b.s.active_count() == 0);
}

TEST_CASE("unbounded pending never blocks a spawn") {
  bench b(scheduler_options().limit(1).pending_limit(unlimited));
  for (int i = 0; i < 20'000; ++i) b.s.try_spawn(b.for_ever());
  CHECK(b.s.pending_count() == 19'999);
  CHECK(b.s.blocked_count() == 0);
  b.await(b.s.close());
}

TEST_CASE("with a pending limit of 1 the third spawn blocks, in no count, until there is room") {
  bench b(scheduler_options().limit(1).pending_limit(1));
  b.spawn(b.note_at_door(1));
  b.spawn(b.note(2));
  started third;
  b.start(third, spawn_and_forget(b.s, b.note(3)));
  CHECK_FALSE(third.done);
  CHECK(b.s.active_count() == 1);
  CHECK(b.s.pending_count() == 1);
  CHECK(b.s.size() == 2);
  CHECK(b.s.snapshot().size() == 2);
  CHECK(b.s.blocked_count() == 1);
  CHECK(b.s.counters().spawned == 2);
  b.door.open();
  b.settle();
  CHECK(third.done);
  CHECK(b.ran == std::vector<int>{1, 2, 3});
  CHECK(b.s.empty());
  CHECK(b.s.blocked_count() == 0);
}

TEST_CASE("the limit holds step by step") {
  bench b(scheduler_options().limit(2));
  gate doors[3] = {gate(b.io), gate(b.io), gate(b.io)};
  for (int i = 0; i < 3; ++i) b.spawn([](gate& d) -> awaitable<> { co_await d.pass(); }(doors[i]));
  CHECK(b.s.active_count() == 2);
  CHECK(b.s.pending_count() == 1);
  doors[0].open();
  b.settle();
  CHECK(b.s.active_count() == 2);
  CHECK(b.s.pending_count() == 0);
  doors[1].open();
  b.settle();
  CHECK(b.s.active_count() == 1);
  doors[2].open();
  b.settle();
  CHECK(b.s.empty());
}

TEST_CASE("a closed pending job is skipped when its turn comes") {
  bench b(scheduler_options().limit(1));
  b.spawn(b.note_at_door(1));
  const auto skipped = b.spawn(b.note(2));
  b.spawn(b.note(3));
  b.await(skipped.close());
  b.door.open();
  b.settle();
  CHECK(b.ran == std::vector<int>{1, 3});
}

TEST_CASE("without a limit every job is active at once") {
  bench b(scheduler_options().limit(unlimited));
  for (int i = 0; i < 1000; ++i) b.s.try_spawn(b.for_ever());
  CHECK(b.s.active_count() == 1000);
  CHECK(b.s.pending_count() == 0);
  b.settle();
  b.await(b.s.close());
}

TEST_CASE("spawn after close is refused, and the body never runs") {
  bench b;
  b.await(b.s.close());
  CHECK(throws(b, b.s.spawn(b.note(1)), scheduler_errc::closed));
  CHECK_THROWS_AS(b.s.try_spawn(b.note(1)), scheduler_error);
  b.settle();
  CHECK(b.ran.empty());
}
