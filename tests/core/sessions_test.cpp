// What servers need: kinds of cancellation, a hint that the end is near, jobs that are awaited.
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_future.hpp>

#include "bench.hpp"

namespace {

using namespace asio::experimental::awaitable_operators;

/// Serves until there is nothing more to do, or the scheduler is to stop.
awaitable<> keep_alive(bench& b) {
  (void)co_await (b.for_ever() || b.s.stopping());
  b.ran.push_back(1);
}

awaitable<> admit_partial(bench& b) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_partial_cancellation());
  co_await asio::this_coro::throw_if_cancelled(false);
  bool over = false;
  try {
    co_await b.door.pass();
    over = true;
  } catch (const system_error&) {  // looked at below
  }
  const auto state = co_await asio::this_coro::cancellation_state;
  b.ran.push_back(static_cast<int>(state.cancelled()));
  if (!over) throw system_error(asio::error::operation_aborted);
}

}  // namespace

TEST_CASE("idle sessions that await stopping end at once when the scheduler is drained") {
  bench b;
  for (int i = 0; i < 3; ++i) b.spawn(keep_alive(b));
  b.settle();
  CHECK_FALSE(b.s.is_stopping());
  started drain;
  close_report report;
  b.start(drain, drain_it(b.s, forever, &report));
  CHECK(drain.done);
  CHECK(report.finished == 3);
  CHECK(b.ran.size() == 3);
}

TEST_CASE("stopping is told by stop, close and a first failure, and at once afterwards") {
  for (int how = 0; how < 3; ++how) {
    bench b(scheduler_options().policy(failure_policy::fail_fast));
    started waiting;
    b.start(waiting, b.s.stopping());
    CHECK_FALSE(waiting.done);
    if (how == 0) b.s.stop();
    if (how == 1) b.await(b.s.close());
    if (how == 2) b.spawn(b.fail("first"));
    b.settle();
    CHECK(waiting.done);
    CHECK(b.s.is_stopping());
    b.await(b.s.stopping());
  }
}

TEST_CASE("waiting for the stop can be cancelled") {
  bench b;
  started waiting;
  b.start(waiting, b.s.stopping());
  waiting.cancel.emit(asio::cancellation_type::terminal);
  b.settle();
  CHECK(waiting.was_cancelled());
}

TEST_CASE("a partial cancellation reaches a body that admits it, and no other") {
  bench b;
  const auto admits = b.spawn(admit_partial(b));
  const auto other = b.spawn(b.for_ever());
  b.settle();
  CHECK(admits.cancel(asio::cancellation_type::partial));
  CHECK(other.cancel(asio::cancellation_type::partial));
  b.settle();
  CHECK(other.active());
  CHECK(admits.outcome() == job_outcome::cancelled);
  CHECK(b.ran == std::vector<int>{static_cast<int>(asio::cancellation_type::partial)});
  other.cancel();
  b.settle();
  CHECK(other.outcome() == job_outcome::cancelled);
}

TEST_CASE("a body that admitted other cancellations leaves nothing of it to the next job") {
  bench b(scheduler_options().limit(1));
  const auto admits = b.spawn(admit_partial(b));
  const auto next = b.spawn(b.for_ever());
  b.settle();
  admits.cancel(asio::cancellation_type::partial);
  b.settle();
  REQUIRE(next.active());
  next.cancel(asio::cancellation_type::partial);
  b.settle();
  CHECK(next.active());
  b.await(b.s.close());
}

TEST_CASE("cancel_all of a kind leaves alone what does not admit it; a timeout still counts") {
  bench b;
  const auto admits = b.spawn(admit_partial(b));
  const auto other = b.spawn(b.for_ever(), job_options().timeout(1ms));
  b.settle();
  b.s.cancel_all(asio::cancellation_type::partial);
  b.settle();
  CHECK(admits.outcome() == job_outcome::cancelled);
  CHECK(throws(b, other.wait(), scheduler_errc::timed_out));
  CHECK(other.outcome() == job_outcome::failed);
}

TEST_CASE("a job can be awaited itself") {
  bench b;
  const auto sum = [](bench& in) -> awaitable<int> {
    const auto one = co_await in.s.spawn(in.give(40));
    const auto two = co_await in.s.spawn(in.note(1));
    co_await two;
    co_return co_await one + 2;
  };
  CHECK(b.await(sum(b)) == 42);
  const auto failing = b.spawn(b.fail_at_door("heard"));
  started waiting;
  b.start(waiting, [](loop_job<> job) -> awaitable<> { co_await job; }(failing));
  b.door.open();
  b.settle();
  CHECK(waiting.text() == "heard");
  CHECK(b.errors.empty());
}

TEST_CASE(
    "who awaits a job itself is told of a failure in its first step, and the handler is not") {
  bench b;
  const auto broken = []() -> awaitable<int> {
    throw std::runtime_error("at once");
    co_return 1;
  };
  const auto caller = [](bench& in, const auto& work) -> awaitable<> {
    const auto one = co_await in.s.spawn(work);
    (void)co_await one;
  };
  CHECK_THROWS_WITH(b.await(caller(b, broken)), "at once");
  const auto token = [](bench& in, const auto& work) -> awaitable<> {
    const auto one = co_await in.s.spawn(work);
    (void)co_await one(asio::use_awaitable_t<loop_executor>());
  };
  CHECK_THROWS_WITH(b.await(token(b, broken)), "at once");
  b.settle();
  CHECK(b.errors.empty());
}

TEST_CASE("a failure that a cancelled await of a job never heard of reaches the handler") {
  bench b;
  const auto failing = b.spawn(b.fail_at_door("lost"));
  started waiting;
  b.start(waiting, [](loop_job<> job) -> awaitable<> { co_await job; }(failing));
  waiting.cancel.emit(asio::cancellation_type::terminal);
  b.settle();
  b.door.open();
  b.settle();
  CHECK(waiting.was_cancelled());
  CHECK(b.errors.size() == 1);
}

TEST_CASE("a job that awaits itself is told, and awaiting a job can be cancelled") {
  bench b;
  loop_job<> self;
  self = b.spawn([](bench& in, loop_job<>& own) -> awaitable<> {
    co_await in.door.pass();
    co_await own;
  }(b, self));
  b.door.open();
  CHECK(throws(b, self.wait(), scheduler_errc::inside));
  b.door.close();
  const auto one = b.spawn(b.for_ever());
  started waiting;
  b.start(waiting, [](loop_job<> job) -> awaitable<> { co_await job; }(one));
  waiting.cancel.emit(asio::cancellation_type::terminal);
  b.settle();
  CHECK(waiting.was_cancelled());
  CHECK(one.active());
}

TEST_CASE("a job is an operation for any completion token") {
  bench b;
  const auto one = b.spawn(b.give(7));
  auto result = one(asio::use_future);
  int called = 0;
  one([&called](std::exception_ptr error, int n) { called = error ? -1 : n; });
  b.settle();
  CHECK(result.get() == 7);
  CHECK(called == 7);
}
