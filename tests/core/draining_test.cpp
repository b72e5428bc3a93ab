// What aiojobs' own tests pin down of shields and of the graceful end, each with its test here.
#include <weir/with_scheduler.hpp>

#include "bench.hpp"

TEST_CASE("shield returns the operation's value") {
  bench b;
  CHECK(b.await(b.s.shield(b.give(5))) == 5);
  CHECK(b.s.shield_count() == 0);
}

TEST_CASE("a shielded operation goes on when its awaiter is cancelled") {
  bench b;
  started awaiter;
  b.start(awaiter, b.s.shield(b.note_at_door(1)));
  CHECK(b.s.shield_count() == 1);
  CHECK(b.s.active_count() == 0);
  awaiter.cancel.emit(asio::cancellation_type::terminal);
  b.settle();
  CHECK(awaiter.was_cancelled());
  CHECK(b.s.shield_count() == 1);
  b.door.open();
  b.settle();
  CHECK(b.s.shield_count() == 0);
  CHECK(b.ran == std::vector<int>{1});
}

TEST_CASE("wait_and_close finishes a job and its shield") {
  bench b;
  b.spawn([](bench& in) -> awaitable<> { co_await in.s.shield(in.note_at_door(1)); }(b));
  b.settle();
  started drain;
  close_report report;
  b.start(drain, drain_it(b.s, forever, &report));
  CHECK_FALSE(drain.done);
  CHECK_FALSE(b.s.closed());
  b.door.open();
  b.settle();
  CHECK(drain.done);
  CHECK(report.finished == 2);
  CHECK(report.cancelled == 0);
  CHECK(b.s.closed());
}

TEST_CASE("at wait_and_close's timeout the short job is done and the long one cancelled") {
  bench b;
  const auto fast = b.spawn(b.note(1));
  const auto slow = b.spawn(b.for_ever());
  const close_report report = b.await(b.s.wait_and_close(5ms));
  CHECK(fast.outcome() == job_outcome::succeeded);
  CHECK(slow.outcome() == job_outcome::cancelled);
  CHECK(report.cancelled == 1);
  CHECK(b.s.closed());
}

TEST_CASE("leaving the scope of with_scheduler drains in the same way") {
  bench b;
  loop_job<> slow;
  const auto options = scheduler_options().wait_timeout(5ms);
  const auto body = [&](loop_scheduler& s) -> awaitable<> {
    (void)co_await s.spawn(b.note(1));
    slow = co_await s.spawn(b.for_ever());
  };
  const close_report report = b.await(with_scheduler<loop_executor>(options, body));
  CHECK(report.finished == 1);
  CHECK(report.cancelled == 1);
  CHECK(slow.outcome() == job_outcome::cancelled);
  CHECK(b.ran == std::vector<int>{1});
}

TEST_CASE("with_scheduler without options has the defaults") {
  bench b;
  std::int64_t limit = 0;
  const auto body = [&](loop_scheduler& s) -> awaitable<> {
    limit = s.limit();
    (void)co_await s.spawn(b.note(1));
  };
  CHECK(b.await(with_scheduler<loop_executor>(body)).finished == 1);
  CHECK(limit == 100);
}

TEST_CASE("with_scheduler closes at once when its body throws, and rethrows") {
  bench b;
  loop_job<> slow;
  const auto options = scheduler_options().wait_timeout(forever);
  const auto body = [&](loop_scheduler& s) -> awaitable<> {
    slow = co_await s.spawn(b.for_ever());
    throw std::runtime_error("out");
  };
  CHECK_THROWS_WITH(b.await(with_scheduler<loop_executor>(options, body)), "out");
  CHECK(slow.closed());
}

TEST_CASE("a job that spawns during the drain is drained too") {
  bench b;
  b.spawn([](bench& in) -> awaitable<> {
    co_await in.door.pass();
    (void)co_await in.s.spawn(in.note(7));
  }(b));
  started drain;
  b.start(drain, drain_it(b.s));
  b.door.open();
  b.settle();
  CHECK(drain.done);
  CHECK(b.ran == std::vector<int>{7});
}

TEST_CASE("a failure during the drain reaches the handler") {
  bench b;
  b.spawn(b.fail_at_door("while draining"));
  started drain;
  close_report report;
  b.start(drain, drain_it(b.s, forever, &report));
  b.door.open();
  b.settle();
  CHECK(drain.done);
  CHECK(report.failed == 1);
  REQUIRE(b.errors.size() == 1);
  CHECK(text_of(b.errors[0].exception) == "while draining");
}
