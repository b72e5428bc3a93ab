// Faults that weir::core once had, each found by use: it must not have them again.
#include <malloc.h>

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <weir/completions.hpp>
#include <weir/for_each.hpp>

#include "bench.hpp"

namespace {

using namespace asio::experimental::awaitable_operators;

awaitable<> both(bench& b) {
  co_await (b.for_ever() && b.for_ever());
}
awaitable<> either(bench& b) {
  (void)co_await (b.for_ever() || b.for_ever());
}
awaitable<> wait_long(loop_job<int> one, std::chrono::nanoseconds time, int& got) {
  got = time == forever ? co_await one.wait() : co_await one.wait_or_leave(time);
}

awaitable<> wait_to_no_end(loop_job<> one, std::chrono::nanoseconds time) {
  if (time == forever)
    co_await one.wait();
  else
    co_await one.wait_or_leave(time);
}

/// Cancels the other when the job has ended: who waited before it hears of the end before it.
template <typename T>
awaitable<> cancel_after(loop_job<T> one, started& other) {
  std::exception_ptr error;
  try {
    (void)co_await one.wait();
  } catch (...) {
    error = std::current_exception();
  }
  other.cancel.emit(asio::cancellation_type::terminal);
  if (error) std::rethrow_exception(error);
}

/// Ends, and what is posted before is called after that, but before anybody hears of the end.
awaitable<> end_and_cancel(bench& b, std::vector<started*> others, bool fails) {
  co_await b.door.pass_stubbornly();
  asio::post(b.io, [others] {
    for (started* const one : others) one->cancel.emit(asio::cancellation_type::terminal);
  });
  if (fails) throw std::runtime_error("late");
}

awaitable<close_report> spawn_and_close(bench& b, loop_job<>& one) {
  one = b.s.try_spawn(b.note(1));
  co_return co_await b.s.close();
}

/// Its closing fails: what a body does that cleans up badly.
awaitable<> fail_to_clean_up(bench& b) {
  co_await b.fail_when_cancelled("cleaning up");
}

struct holds_what_moves {
  std::vector<std::unique_ptr<int>> numbers;
};

}  // namespace

template <>
inline constexpr bool weir::copied_result<holds_what_moves> = false;

TEST_CASE("a job that is cancelled within an operator of awaitables was cancelled, not failed") {
  bench b;
  const auto one = b.spawn(both(b));
  const auto two = b.spawn(either(b));
  b.settle();
  const close_report report = b.await(b.s.close());
  CHECK(one.outcome() == job_outcome::cancelled);
  CHECK(two.outcome() == job_outcome::cancelled);
  CHECK(report.cancelled == 2);
  CHECK(b.errors.empty());
}

TEST_CASE("a job that runs out of time within an operator of awaitables says so") {
  bench b;
  const auto one = b.spawn(either(b), job_options().timeout(1ms));
  CHECK(throws(b, one.wait(), scheduler_errc::timed_out));
  const auto two = b.spawn(both(b));
  CHECK(throws(b, two.wait_or_cancel(1ms), scheduler_errc::timed_out));
  CHECK(two.outcome() == job_outcome::cancelled);
}

TEST_CASE("a failure within an operator of awaitables is a failure, also when asked to end") {
  bench b;
  const auto one = b.spawn([](bench& in) -> awaitable<> {
    co_await (in.fail_when_cancelled("disk") && in.for_ever());
  }(b));
  b.settle();
  one.cancel();
  b.settle();
  CHECK(one.outcome() == job_outcome::failed);
}

TEST_CASE("close() has no failure to tell of a parent that waits for a pending child") {
  bench b(scheduler_options().limit(1));
  loop_job<> child;
  const auto parent = b.spawn([](bench& in, loop_job<>& made) -> awaitable<> {
    made = co_await in.s.spawn(in.for_ever());
    co_await made.wait();
  }(b, child));
  b.settle();
  REQUIRE(child.pending());
  b.await(b.s.close());
  CHECK(parent.outcome() == job_outcome::cancelled);
  CHECK(child.outcome() == job_outcome::never_started);
  CHECK(b.errors.empty());
}

TEST_CASE("close() has no failure to tell of a parent that is blocked in spawn") {
  bench b(scheduler_options().limit(1).pending_limit(0));
  const auto parent = b.spawn(spawn_and_forget(b.s, b.for_ever()));
  b.settle();
  REQUIRE(b.s.blocked_count() == 1);
  b.await(b.s.close());
  CHECK(parent.outcome() == job_outcome::cancelled);
  CHECK(b.errors.empty());
}

TEST_CASE("close() has no failure to tell of a parent that waits for a shield") {
  bench b;
  const auto parent =
      b.spawn([](bench& in) -> awaitable<> { co_await in.s.shield(in.for_ever()); }(b));
  b.settle();
  b.await(b.s.close());
  CHECK(parent.outcome() == job_outcome::cancelled);
  CHECK(b.errors.empty());
}

TEST_CASE("a handler may replace itself") {
  bench b;
  std::vector<std::string> told;
  const std::string first(100, '1');
  b.s.on_error([&b, &told, first](const error_context& c) {
    b.s.on_error([&told](const error_context&) { told.emplace_back("second"); });
    told.push_back(first + text_of(c.exception));
  });
  b.spawn(b.fail("a"));
  b.settle();
  b.spawn(b.fail("b"));
  b.settle();
  CHECK(told == std::vector<std::string>{first + "a", "second"});
}

TEST_CASE("a handler may destroy the scheduler, while a job fails and while it closes") {
  for (const bool closing : {false, true}) {
    asio::io_context io;
    gate door(io);
    const std::string kept(100, 'k');
    std::vector<std::string> told;
    std::unique_ptr<loop_scheduler> s;
    const auto destroy = [&s, &told, kept](const error_context& c) {
      s.reset();
      told.push_back(std::string(c.message) + kept.substr(99));
    };
    s = std::make_unique<loop_scheduler>(io,
                                         scheduler_options().close_timeout(1ms).on_error(destroy));
    s->try_spawn(door.pass_stubbornly());
    if (closing)
      asio::co_spawn(io, close_it(*s), asio::detached);
    else
      s->try_spawn([]() -> awaitable<> {
        throw std::runtime_error("x");
        co_return;
      });
    while (told.empty()) io.run_one();
    door.open();
    io.run();
    CHECK_FALSE(s);
    CHECK(told.back() == (closing ? "Job closing timed outk" : "Job processing failedk"));
  }
}

TEST_CASE("a vector of what only moves is a job's result, and goes to the first who waits") {
  bench b;
  using texts = std::vector<std::unique_ptr<std::string>>;
  const auto make = [](int n) -> awaitable<texts> {
    texts made(static_cast<std::size_t>(n));
    co_return made;
  };
  const auto one = b.await(b.s.spawn(make, 3));
  CHECK(b.await(one.wait()).size() == 3);
  CHECK(throws(b, one.wait(), scheduler_errc::result_taken));
  CHECK(b.await(map(b.s, std::vector{1, 2}, make)).size() == 2);
  const auto in_a_struct = b.await(b.s.spawn([]() -> awaitable<holds_what_moves> {
    holds_what_moves made;
    made.numbers.resize(2);
    co_return made;
  }));
  CHECK(b.await(in_a_struct.wait()).numbers.size() == 2);
}

TEST_CASE("take gives the result itself, also one that could be copied") {
  bench b;
  const auto one = b.spawn([]() -> awaitable<std::string> { co_return std::string(100, 'x'); }());
  CHECK(b.await(one.wait()).size() == 100);
  CHECK(b.await(one.take()).size() == 100);
  CHECK(throws(b, one.wait(), scheduler_errc::result_taken));
}

TEST_CASE("a wait that is cancelled in the turn in which its job ends is cancelled") {
  for (const std::chrono::nanoseconds time : {std::chrono::nanoseconds(1h), forever}) {
    for (const bool ends_first : {false, true}) {
      bench b;
      started other;
      started waiting;
      int got = 0;
      const auto one = b.spawn([](bench& in, started* cancelled) -> awaitable<int> {
        co_await in.door.pass();
        if (cancelled != nullptr) cancelled->cancel.emit(asio::cancellation_type::terminal);
        co_return 5;
      }(b, ends_first ? nullptr : &waiting));
      if (ends_first) b.start(other, cancel_after(one, waiting));
      b.start(waiting, wait_long(one, time, got));
      b.door.open();
      b.settle();
      INFO("ends first: " << ends_first << ", time: " << time.count());
      CHECK(waiting.was_cancelled());
      CHECK(b.await(one.wait()) == 5);
    }
  }
}

TEST_CASE("a failure that its cancelled waiter was about to hear is told to the handler") {
  for (const std::chrono::nanoseconds time : {std::chrono::nanoseconds(1h), forever}) {
    bench b;
    started waiting;
    const auto one = b.spawn(end_and_cancel(b, {&waiting}, true));
    b.start(waiting, wait_to_no_end(one, time));
    b.door.open();
    b.settle();
    CHECK(waiting.was_cancelled());
    REQUIRE(b.errors.size() == 1);
    CHECK(text_of(b.errors[0].exception) == "late");
  }
}

TEST_CASE("of two waiters of a failing job, one cancelled in that turn, the other is told alone") {
  bench b;
  const auto one = b.spawn(b.fail_at_door("late"));
  started first;
  started second;
  b.start(first, cancel_after(one, second));
  b.start(second, wait_for_job(one));
  b.door.open();
  b.settle();
  CHECK(first.text() == "late");
  CHECK(second.was_cancelled());
  CHECK(b.errors.empty());
}

TEST_CASE("a close that is cancelled in the turn in which it is over is cancelled") {
  bench b;
  started closing;
  started draining;
  b.spawn(end_and_cancel(b, {&closing, &draining}, false));
  b.settle();
  b.start(draining, drain_it(b.s, 1h));
  b.start(closing, close_it(b.s));
  b.door.open();
  b.settle();
  CHECK(b.s.closed());
  CHECK(closing.was_cancelled());
  CHECK(draining.was_cancelled());
}

TEST_CASE("a blocked spawn that is cancelled in the turn in which it gets a place starts nothing") {
  bench b(scheduler_options().limit(1).pending_limit(0));
  started blocked;
  b.spawn([](bench& in, started& other) -> awaitable<> {
    co_await in.door.pass();
    asio::post(in.io, [&other] { other.cancel.emit(asio::cancellation_type::terminal); });
  }(b, blocked));
  b.start(blocked, spawn_and_forget(b.s, b.note(1)));
  REQUIRE(b.s.blocked_count() == 1);
  b.door.open();
  b.settle();
  CHECK(blocked.was_cancelled());
  CHECK(b.ran.empty());
  CHECK(b.s.empty());
}

TEST_CASE("timeouts from the least to the most that there are can be given") {
  for (const std::chrono::nanoseconds time :
       {std::chrono::nanoseconds::min(), std::chrono::nanoseconds(-1),
        std::chrono::nanoseconds(0)}) {
    bench b;
    const auto one = b.spawn(b.for_ever());
    b.settle();
    CHECK(throws(b, one.wait_or_leave(time), scheduler_errc::timed_out));
    CHECK(throws(b, one.wait_or_cancel(time), scheduler_errc::timed_out));
    CHECK(one.outcome() == job_outcome::cancelled);
    const auto two = b.spawn(b.stubborn());
    b.settle();
    CHECK(throws(b, two.close(time), scheduler_errc::timed_out));
    const close_report report = b.await(b.s.wait_and_close(time));
    CHECK(report.still_running == 1);
    b.door.open();
    b.settle();
  }
  bench b;
  b.spawn(b.give_at_door(1), job_options().timeout(forever - 1ns));
  started drain;
  close_report report;
  b.start(drain, drain_it(b.s, forever - 1ns, &report));
  b.door.open();
  b.settle();
  CHECK(report.finished == 1);
}

TEST_CASE("close() tells the handler of a job whose cleaning up failed, and counts it") {
  bench b;
  b.spawn(fail_to_clean_up(b));
  b.settle();
  const close_report report = b.await(b.s.close());
  CHECK(report.failed == 1);
  REQUIRE(b.errors.size() == 1);
  CHECK(b.errors[0].message == "Job processing failed");
  CHECK(text_of(b.errors[0].exception) == "cleaning up");
}

TEST_CASE("a job whose body has not begun is dropped by close, and never runs") {
  bench b;
  loop_job<> one;
  const close_report report = b.await(spawn_and_close(b, one));
  CHECK(report.never_started == 1);
  CHECK(one.outcome() == job_outcome::never_started);
  CHECK(b.ran.empty());
}

TEST_CASE("a job that outlives its close is not closed until it ends") {
  bench b;
  const auto one = b.spawn(b.stubborn());
  b.settle();
  CHECK(throws(b, one.close(1ms), scheduler_errc::timed_out));
  CHECK_FALSE(one.closed());
  CHECK(one.active());
  b.door.open();
  b.settle();
  CHECK(one.closed());
}

namespace {

awaitable<> spawn_many(bench& b, int count) {
  for (int i = 0; i < count; ++i) (void)co_await b.s.spawn(b.note(i));
}

/// Memory in use after `fill` beyond that before it; always 0 under a sanitizer.
template <typename Fill>
std::size_t taken_by(Fill fill) {
  const std::size_t before = mallinfo2().uordblks;
  fill();
  return mallinfo2().uordblks - before;
}

}  // namespace

TEST_CASE("a pending job takes no more memory through spawn than through try_spawn") {
  constexpr int count = 1000;
  const auto options = scheduler_options().limit(1).pending_limit(unlimited);
  bench one(options), two(options);
  const std::size_t tried = taken_by([&] {
    for (int i = 0; i < count; ++i) (void)one.s.try_spawn(one.note(i));
  });
  const std::size_t spawned = taken_by([&] { two.await(spawn_many(two, count)); });
  CHECK(spawned <= tried + tried / 10);
}
