// Who is told of failures and of ends, when several might be.
#include <memory>
#include <stdexcept>

#include "bench.hpp"

namespace {

awaitable<> await_it(loop_job<> one) {
  co_await one;
}

/// An exception that holds something.
struct holding_error : std::runtime_error {
  explicit holding_error(std::shared_ptr<int> what)
      : runtime_error("held"), held(std::move(what)) {}
  std::shared_ptr<int> held;
};

awaitable<> fail_at_door_holding(bench& b, std::shared_ptr<int> what) {
  co_await b.door.pass();
  throw holding_error(std::move(what));
}

/// Is asked to end, does not, and then does something else.
template <typename Next>
awaitable<> go_on(bench& b, Next next) {
  try {
    co_await b.door.pass();
  } catch (const system_error&) {
  }
  co_await asio::this_coro::reset_cancellation_state();
  co_await next();
}

}  // namespace

TEST_CASE("a job that is asked to end, and ends because others are ending, was cancelled, too") {
  bench b(scheduler_options().limit(3));
  const auto other = b.spawn(b.for_ever());
  b.settle();
  other.cancel();
  b.settle();
  const auto waits = [&]() -> awaitable<> { co_await other.wait(); };
  const auto spawns = [&]() -> awaitable<> { (void)co_await b.s.spawn(b.note(1)); };
  const auto fails = [&]() -> awaitable<> {
    co_await other.close();
    co_await b.fail("own");
  };
  const auto waiting = b.spawn(go_on(b, waits));
  const auto spawning = b.spawn(go_on(b, spawns));
  const auto failing = b.spawn(go_on(b, fails));
  b.settle();
  b.await(b.s.close());
  CHECK(waiting.outcome() == job_outcome::cancelled);
  CHECK(spawning.outcome() == job_outcome::cancelled);
  CHECK(failing.outcome() == job_outcome::failed);
  CHECK(b.errors.size() == 1);
}

TEST_CASE("a scheduler's other errors are failures, of a job that is asked to end, too") {
  bench b;
  const auto late = [&]() -> awaitable<> {
    throw scheduler_error(scheduler_errc::timed_out, "mine");
    co_return;
  };
  const auto one = b.spawn(go_on(b, late));
  b.settle();
  one.cancel();
  b.settle();
  CHECK(one.outcome() == job_outcome::failed);
}

TEST_CASE("a function that waits for a job that has not begun elsewhere is not taken for the job") {
  asio::io_context elsewhere;
  bench b;
  const auto one = b.spawn(b.note(1), job_options().executor(elsewhere.get_executor()));
  b.settle();
  REQUIRE(one.active());
  int called = 0;
  one([&called](std::exception_ptr error) { called = error ? -1 : 1; });
  b.settle();
  CHECK(called == 0);
  elsewhere.run();
  b.settle();
  CHECK(called == 1);
}

TEST_CASE("an observer hears nothing of jobs that never had a place") {
  int events = 0;
  auto options = scheduler_options().limit(1).pending_limit(0);
  options.on_event([&](const scheduler_event&) { ++events; });
  bench b(options);
  b.spawn(b.for_ever());
  CHECK_THROWS_AS(b.s.try_spawn(b.note(1)), scheduler_error);
  started blocked;
  b.start(blocked, spawn_and_forget(b.s, b.note(2)));
  blocked.cancel.emit(asio::cancellation_type::terminal);
  b.settle();
  CHECK(blocked.was_cancelled());
  CHECK(b.s.counters().never_started == 0);
  CHECK(events == 2);  // the first one's spawn and start
  b.await(b.s.shield(b.note(3)));
  CHECK(events == 2);
}

TEST_CASE("a shield that fails under fail_fast, or a job after a stop, stops nobody") {
  bench b(scheduler_options().policy(failure_policy::fail_fast));
  const auto other = b.spawn(b.give_at_door(1));
  CHECK_THROWS(b.await(b.s.shield(b.fail("shielded"))));
  CHECK_FALSE(b.s.is_stopping());
  gate second(b.io);
  b.spawn([](gate& at) -> awaitable<> {
    co_await at.pass();
    throw std::runtime_error("after the stop");
  }(second));
  b.settle();
  b.s.stop();
  second.open();
  b.settle();
  REQUIRE(b.errors.size() == 1);
  CHECK(text_of(b.errors[0].exception) == "after the stop");
  CHECK(other.active());
  b.door.open();
  CHECK(b.await(other.wait()) == 1);
}

TEST_CASE("under fail_fast a first failure that wait_idle threw is nobody else's") {
  bench b(scheduler_options().policy(failure_policy::fail_fast));
  const auto failing = b.spawn(b.fail("first"));
  CHECK_THROWS_WITH(b.await(b.s.wait_idle()), "first");
  b.await(failing.close());
  b.await(b.s.close());
  CHECK(b.errors.empty());
}

TEST_CASE("under fail_fast a first failure that its waiter hears is told to nobody at close") {
  for (const bool at_once : {false, true}) {
    bench b(scheduler_options().policy(failure_policy::fail_fast));
    const auto failing = b.spawn(b.fail_at_door("first"));
    started waiting;
    started closing;
    b.start(waiting, wait_for_job(failing));
    b.door.open();
    if (!at_once) b.settle();
    b.start(closing, close_it(b.s));
    INFO("at once: " << at_once);
    CHECK(waiting.text() == "first");
    CHECK(closing.done);
    CHECK(b.errors.empty());
  }
}

TEST_CASE("under fail_fast a first failure whose waiter went away is told at close, once") {
  bench b(scheduler_options().policy(failure_policy::fail_fast));
  started waiting;
  const auto failing = b.spawn([](bench& in, started& other) -> awaitable<> {
    co_await in.door.pass();
    asio::post(in.io, [&other] { other.cancel.emit(asio::cancellation_type::terminal); });
    throw std::runtime_error("first");
  }(b, waiting));
  b.start(waiting, wait_for_job(failing));
  b.door.open();
  b.settle();
  CHECK(waiting.was_cancelled());
  CHECK(b.errors.empty());
  b.await(b.s.close());
  REQUIRE(b.errors.size() == 1);
  CHECK(text_of(b.errors[0].exception) == "first");
}

TEST_CASE("a failure whose waiter goes away while the next job starts is told once") {
  started waiting;
  auto options = scheduler_options().limit(1);
  options.on_event([&](const scheduler_event& e) {
    if (e.what == scheduler_event::kind::started && e.job.name() == "next")
      waiting.cancel.emit(asio::cancellation_type::terminal);
  });
  bench b(options);
  const auto failing = b.spawn(b.fail_at_door("lonely"));
  b.spawn(b.note(1), "next");
  b.settle();
  asio::co_spawn(b.io, await_it(failing),
                 asio::bind_cancellation_slot(waiting.cancel.slot(), [&](std::exception_ptr e) {
                   waiting.done = true;
                   waiting.error = e;
                 }));
  b.door.open();
  b.settle();
  CHECK(waiting.was_cancelled());
  REQUIRE(b.errors.size() == 1);
  CHECK(text_of(b.errors[0].exception) == "lonely");
  CHECK(b.ran == std::vector<int>{1});
}

TEST_CASE("what a job gave, or a shield failed with, is gone once nobody has it any more") {
  bench b;
  const auto give = [](std::shared_ptr<int> what) -> awaitable<std::shared_ptr<int>> {
    co_return what;
  };
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> seen = held;
  auto job = b.spawn(give(std::move(held)));
  CHECK(*b.await(job.wait()) == 1);
  CHECK_FALSE(seen.expired());
  job = {};
  CHECK(seen.expired());

  auto thrown = std::make_shared<int>(2);
  const std::weak_ptr<int> of_shield = thrown;
  started awaiter;
  b.start(awaiter, b.s.shield(fail_at_door_holding(b, std::move(thrown))));
  awaiter.cancel.emit(asio::cancellation_type::terminal);
  b.settle();
  b.door.open();
  b.settle();
  CHECK(b.errors.size() == 1);
  CHECK_FALSE(of_shield.expired());
  b.errors.clear();
  CHECK(of_shield.expired());
}

TEST_CASE("an observer may drop a blocked job as it gets its place, and the next takes it") {
  auto options = scheduler_options().limit(1).pending_limit(0);
  options.on_event([](const scheduler_event& e) {
    if (e.what == scheduler_event::kind::spawned && e.job.name() == "unwanted") e.job.drop();
  });
  bench b(options);
  b.spawn(b.for_ever());
  started unwanted;
  started wanted;
  b.start(unwanted, spawn_and_forget(b.s, b.note(1), job_options("unwanted")));
  b.start(wanted, spawn_and_forget(b.s, b.note(2)));
  b.door.open();
  b.settle();
  CHECK(unwanted.threw(scheduler_errc::closed));
  CHECK(wanted.done);
  CHECK(b.ran == std::vector<int>{2});
  CHECK(b.s.empty());
}
