// How jobs and schedulers end when several things happen at once.
#include <functional>
#include <memory>

#include "bench.hpp"

namespace {

/// Ends within its cancellation, not at a later turn of the loop as Asio's own operations do.
awaitable<> end_within_cancellation(std::function<void()> first = {}) {
  co_await asio::async_initiate<decltype(use_loop), void()>(
      [first](auto handler) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        auto kept = std::make_shared<decltype(handler)>(std::move(handler));
        slot.assign([kept, first](asio::cancellation_type) {
          if (first) first();
          auto resume = std::move(*kept);  // what follows destroys this function
          resume();
        });
      },
      use_loop);
}

/// Goes on for so long in one turn that its time is over, and then for so many turns.
awaitable<> end_late(std::chrono::nanoseconds time, int turns) {
  const auto over = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() <= over) {
  }
  const loop_executor here = co_await asio::this_coro::executor;
  for (int i = 0; i < turns; ++i) co_await asio::post(here, use_loop);
}

/// Counts the cancellations that it is sent, until the door opens.
awaitable<> count_cancellations(bench& b, int& count) {
  for (bool open = false; !open;) {
    try {
      co_await b.door.pass();
      open = true;
    } catch (const system_error&) {
      ++count;
    }
    co_await asio::this_coro::reset_cancellation_state();
  }
}

/// Asks itself to end, does not until the door opens, and then gives in.
awaitable<> give_in_late(bench& b, loop_job<>& itself) {
  itself.cancel();
  co_await asio::this_coro::reset_cancellation_state();
  co_await b.door.pass_stubbornly();
  throw system_error(asio::error::operation_aborted);
}

}  // namespace

TEST_CASE("a scheduler whose last job ends within its cancellation is closed, and waits no more") {
  bench b(scheduler_options().close_timeout(1h));
  const auto one = b.spawn(end_within_cancellation());
  b.settle();
  const close_report report = b.await(b.s.close());
  CHECK(report.finished == 1);
  CHECK(report.still_running == 0);
  CHECK(one.closed());
  b.settle();
  CHECK(b.io.stopped());  // no timer is left
}

TEST_CASE("a job that another's cancellation has ended is not asked to end again") {
  bench b;
  loop_job<> second;
  const auto first = b.spawn(end_within_cancellation([&] { second.cancel(); }));
  second = b.spawn(end_within_cancellation());
  const auto third = b.spawn(b.for_ever());
  b.settle();
  b.s.cancel_all();
  b.settle();
  CHECK(first.outcome() == job_outcome::succeeded);
  CHECK(second.outcome() == job_outcome::succeeded);
  CHECK(third.outcome() == job_outcome::cancelled);
}

TEST_CASE("a scheduler that is destroyed while it closes waits for nothing any more") {
  asio::io_context io;
  gate door(io);
  auto s = std::make_unique<loop_scheduler>(
      io, scheduler_options().close_timeout(1h).on_error([](const error_context&) {}));
  s->try_spawn(end_within_cancellation([&] { s.reset(); }));
  s->try_spawn(door.pass_stubbornly());
  io.poll();
  started closing;
  asio::co_spawn(io, close_it(*s), [&](std::exception_ptr) { closing.done = true; });
  io.restart();
  io.poll();
  CHECK_FALSE(s);
  CHECK(closing.done);
  door.open();
  io.restart();
  io.poll();
  CHECK(io.stopped());
}

TEST_CASE("a job that ends in the turn in which its time is over has ended well") {
  for (int turns = 0; turns < 3; ++turns) {
    bench b;
    const auto one = b.spawn(end_late(1ms, turns), job_options().timeout(1ms));
    b.await(one.wait());
    b.settle();
    CHECK(one.outcome() == job_outcome::succeeded);
  }
}

TEST_CASE("a job that ends in the turn in which close gives it up is told of once at most") {
  for (int turns = 0; turns < 3; ++turns) {
    bench b(scheduler_options().close_timeout(1ms));
    const auto one = b.spawn([](bench& in, int after) -> awaitable<> {
      try {
        co_await in.door.pass();
      } catch (const system_error&) {
      }
      co_await asio::this_coro::reset_cancellation_state();
      const loop_executor here = co_await asio::this_coro::executor;
      co_await asio::post(here, use_loop);  // the close is waited for by now
      co_await end_late(2ms, after);
    }(b, turns));
    b.settle();
    b.await(close_it(b.s));
    b.settle();
    CHECK(b.s.closed());
    CHECK(one.closed());
    CHECK(b.errors.size() <= 1);
  }
}

TEST_CASE("a job that was cancelled before its time is over was cancelled, however late it ends") {
  bench b;
  loop_job<> one;
  one = b.s.try_spawn(give_in_late(b, one), job_options().timeout(1ms));
  CHECK(throws(b, one.wait_or_leave(20ms), scheduler_errc::timed_out));
  b.door.open();
  b.settle();
  CHECK(one.outcome() == job_outcome::cancelled);
  CHECK(b.s.counters().cancelled == 1);
}

TEST_CASE("a spawn can be refused for a moment, and is not once there is room again") {
  bench b(scheduler_options().limit(1).pending_limit(0));
  CHECK_FALSE(b.s.would_block());
  const auto one = b.spawn(b.for_ever());
  CHECK(b.s.would_block());
  CHECK_THROWS_AS(b.s.try_spawn(b.note(1)), scheduler_error);
  started blocked;
  b.start(blocked, spawn_and_forget(b.s, b.note(2)));
  CHECK(b.s.would_block());
  b.door.open();
  b.settle();
  CHECK(blocked.done);
  CHECK_FALSE(b.s.would_block());
  CHECK(b.s.try_spawn(b.note(3)).active());
  b.s.pause();
  CHECK(b.s.would_block());
}

TEST_CASE("a spawn is refused while what is pending waits for a pool") {
  bench b(scheduler_options().limit(3).pending_limit(1));
  b.s.set_pool("db", 1);
  b.spawn(b.for_ever(), job_options().pool("db"));
  CHECK_FALSE(b.s.would_block());
  b.spawn(b.for_ever(), job_options().pool("db"));
  CHECK(b.s.would_block());
  CHECK_THROWS_AS(b.s.try_spawn(b.note(1), job_options().pool("db")), scheduler_error);
  CHECK(b.s.pending_count() == 1);
}

TEST_CASE("counters and reports tell jobs from shields, and each way to end from the others") {
  bench b(scheduler_options().limit(2));
  b.spawn(b.note(1));
  b.spawn(b.fail("x"));
  b.settle();
  CHECK_THROWS(b.await(b.s.shield(b.fail("shielded"))));
  b.await(b.s.shield(b.note(2)));
  const auto running = b.spawn(b.for_ever());
  b.spawn(b.for_ever());
  b.spawn(b.note(3));
  b.s.drop_pending();
  b.settle();
  running.cancel();
  b.settle();
  started awaiter;
  b.start(awaiter, b.s.shield(b.for_ever()));
  b.spawn(b.stubborn());
  b.spawn(b.note(4));
  b.settle();
  started closing;
  close_report report;
  b.start(closing, close_it(b.s, &report));
  b.door.open();
  b.settle();
  CHECK(closing.done);
  CHECK(report.finished == 1);   // the stubborn one
  CHECK(report.cancelled == 2);  // one that ran, and the shield
  CHECK(report.never_started == 1);
  CHECK(report.failed == 0);
  CHECK(report.still_running == 0);
  const job_counters n = b.s.counters();
  CHECK(n.spawned == 7);
  CHECK(n.started == 5);
  CHECK(n.succeeded == 2);
  CHECK(n.failed == 1);
  CHECK(n.cancelled == 2);
  CHECK(n.never_started == 2);
}

TEST_CASE("a scheduler with jobs of every kind says nothing of those that have ended") {
  bench b(scheduler_options().limit(1));
  const auto one = b.spawn(b.note_at_door(1));
  const auto two = b.spawn(b.note(2));
  CHECK(b.s.snapshot() == std::vector<job_view>{one, two});
  b.settle();
  CHECK(b.s.snapshot() == std::vector<job_view>{one, two});
  CHECK(b.s.contains(one));
  CHECK(b.s.contains(two));
  CHECK_FALSE(b.s.contains(job_view()));
  bench other;
  CHECK(other.s.contains(other.s.try_spawn(other.note(1))));
  b.door.open();
  b.settle();
  CHECK(b.s.snapshot().empty());
  CHECK_FALSE(b.s.contains(two));
}

TEST_CASE("who closes what is closing waits for the same end, and cancels nothing again") {
  bench b(scheduler_options().close_timeout(1h));
  int cancelled = 0;
  b.spawn(count_cancellations(b, cancelled));
  b.settle();
  started first;
  started second;
  b.start(first, close_it(b.s));
  b.start(second, close_it(b.s));
  CHECK(cancelled == 1);
  b.door.open();
  b.settle();
  CHECK(first.done);
  CHECK(second.done);
}

TEST_CASE("a spawn that waits for a pool is tried again in its turn, and nobody passes it") {
  bench b(scheduler_options().limit(3).pending_limit(1));
  b.s.set_pool("db", 1);
  b.spawn(b.for_ever(), job_options().pool("db"));
  b.spawn(b.for_ever(), job_options().pool("db"));
  started pooled;
  started plain;
  b.start(pooled, spawn_and_forget(b.s, b.note(1), job_options().pool("db")));
  b.start(plain, spawn_and_forget(b.s, b.note(2)));
  REQUIRE(b.s.blocked_count() == 2);
  for (int i = 0; i < 3; ++i) b.s.set_limit(3);
  b.settle();
  CHECK(b.s.blocked_count() == 2);
  CHECK_THROWS_AS(b.s.try_spawn(b.note(3)), scheduler_error);
  b.door.open();
  b.settle();
  CHECK(b.ran.size() == 2);
}
