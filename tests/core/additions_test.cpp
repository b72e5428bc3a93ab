// What weir adds to aiojobs' scheduler.
#include <weir/completions.hpp>

#include <sstream>

#include "bench.hpp"

TEST_CASE("try_spawn accepts what has a place and refuses the rest without waiting") {
  bench b(scheduler_options().limit(1).pending_limit(1));
  CHECK(b.s.try_spawn(b.note_at_door(1)).active());
  CHECK_FALSE(b.s.would_block());
  const auto pending = b.s.try_spawn(b.note(2));
  CHECK(pending.pending());
  CHECK(b.s.would_block());
  try {
    b.s.try_spawn(b.note(3));
    FAIL("it was accepted");
  } catch (const scheduler_error& e) {
    CHECK(e.code() == scheduler_errc::full);
  }
  CHECK(b.s.size() == 2);
  b.door.open();
  b.settle();
  CHECK(b.ran == std::vector<int>{1, 2});
}

TEST_CASE("pending jobs start by priority, and can be moved and dropped meanwhile") {
  bench b(scheduler_options().limit(1));
  b.spawn(b.note_at_door(0));
  const auto one = b.spawn(b.note(1));
  const auto two = b.spawn(b.note(2), job_options().priority(1));
  const auto three = b.spawn(b.note(3));
  const auto four = b.spawn(b.note(4));
  CHECK(three.reprioritise(5));
  CHECK(three.priority() == 5);
  CHECK(two.drop());
  CHECK_FALSE(two.drop());
  CHECK(two.outcome() == job_outcome::never_started);
  b.door.open();
  b.settle();
  CHECK(b.ran == std::vector<int>{0, 3, 1, 4});
  CHECK_FALSE(one.reprioritise(9));
  CHECK_FALSE(four.drop());
}

TEST_CASE("a job's own timeout counts from its start and makes it fail") {
  bench b(scheduler_options().limit(1));
  const auto first = b.spawn(b.note_at_door(1));
  const auto second = b.spawn(b.give_at_door(2), job_options("slow").timeout(1ms));
  CHECK(throws(b, first.wait_or_leave(10ms), scheduler_errc::timed_out));
  CHECK(second.pending());  // ten times its timeout has passed, and it has not run
  first.cancel();
  CHECK(throws(b, second.wait(), scheduler_errc::timed_out));
  CHECK(second.outcome() == job_outcome::failed);
  CHECK(b.errors.empty());
}

TEST_CASE("a job's timeout that nobody waits for reaches the handler") {
  bench b;
  b.spawn(b.for_ever(), job_options().timeout(1ms));
  b.await(b.s.wait_idle());
  REQUIRE(b.errors.size() == 1);
  CHECK(b.errors[0].message == "Job processing failed");
}

TEST_CASE("weights and pools are claimed while a job runs and given back when it ends") {
  bench b(scheduler_options().limit(3));
  b.s.set_pool("db", 1);
  const auto big = b.spawn(b.for_ever(), job_options().weight(2));
  const auto user = b.spawn(b.for_ever(), job_options().pool("db"));
  const auto waits = b.spawn(b.for_ever(), job_options().pool("db"));
  CHECK(b.s.slots_used() == 3);
  CHECK(b.s.active_count() == 2);
  CHECK(b.s.pool_used("db") == 1);
  big.cancel();
  b.settle();
  CHECK(b.s.slots_used() == 1);
  CHECK(waits.pending());
  user.cancel();
  b.settle();
  CHECK(waits.active());
  CHECK(b.s.pool_used("db") == 1);
  b.door.open();
  b.settle();
  CHECK(b.s.slots_used() == 0);
  CHECK(b.s.pool_used("db") == 0);
  CHECK(
      throws(b, b.s.spawn(b.note(1), job_options().pool("unknown")), scheduler_errc::unknown_pool));
}

TEST_CASE("a plain job starts past a full pending queue that waits for a pool") {
  bench b(scheduler_options().limit(3).pending_limit(1));
  b.s.set_pool("db", 1);
  b.spawn(b.for_ever(), job_options().pool("db"));
  b.spawn(b.for_ever(), job_options().pool("db"));
  const auto plain = b.s.try_spawn(b.for_ever());
  CHECK(plain.active());
  CHECK(b.s.pending_count() == 1);
  b.door.open();
}

TEST_CASE("by default a failure leaves the other jobs alone") {
  bench b;
  const auto other = b.spawn(b.give_at_door(1));
  b.spawn(b.fail("x"));
  b.settle();
  CHECK(other.active());
  b.door.open();
  CHECK(b.await(other.wait()) == 1);
}

TEST_CASE("under fail_fast the first failure cancels the others and is what waiting throws") {
  bench b(scheduler_options().limit(3).policy(failure_policy::fail_fast));
  const auto sibling = b.spawn(b.for_ever());
  const auto failing = b.spawn(b.fail_at_door("first"));
  const auto stubborn = b.spawn(b.fail_when_cancelled("second"));
  const auto pending = b.spawn(b.note(1));
  started drain;
  b.start(drain, drain_it(b.s));
  gate& door = b.door;
  door.open();
  b.settle();
  CHECK(drain.text() == "first");
  CHECK(pending.outcome() == job_outcome::never_started);
  CHECK(sibling.closed());
  CHECK(b.s.closed());
  CHECK(b.ran.empty());
}

TEST_CASE("under fail_fast wait_idle throws the first failure, once, and spawn is refused") {
  bench b(scheduler_options().policy(failure_policy::fail_fast));
  const auto sibling = b.spawn(b.for_ever());
  b.settle();
  b.spawn(b.fail("first"));
  CHECK_THROWS_WITH(b.await(b.s.wait_idle()), "first");
  CHECK(sibling.outcome() == job_outcome::cancelled);
  b.await(b.s.wait_idle());
  CHECK(throws(b, b.s.spawn(b.note(1)), scheduler_errc::closed));
  CHECK(b.errors.empty());
}

TEST_CASE("under fail_fast a failure that nobody asked for reaches the handler at close") {
  bench b(scheduler_options().policy(failure_policy::fail_fast));
  b.spawn(b.fail("first"));
  b.settle();
  CHECK(b.errors.empty());
  b.await(b.s.close());
  REQUIRE(b.errors.size() == 1);
  CHECK(text_of(b.errors[0].exception) == "first");
}

TEST_CASE("completions come in the order in which jobs end") {
  bench b;
  gate doors[3] = {gate(b.io), gate(b.io), gate(b.io)};
  loop_completions<int> ended(b.s);
  const auto open_late = [](gate& d, int n) -> awaitable<int> {
    co_await d.pass();
    co_return n;
  };
  for (int i = 0; i < 3; ++i) ended.add(b.spawn(open_late(doors[i], i)));
  std::vector<int> order;
  started reader;
  b.start(reader, [](loop_completions<int>& from, std::vector<int>& out) -> awaitable<> {
    for (;;) {
      const auto job = co_await from.next();
      if (!job) co_return;
      out.push_back(co_await job->wait());
    }
  }(ended, order));
  for (int i : {1, 2, 0}) {
    doors[i].open();
    b.settle();
  }
  CHECK(reader.done);
  CHECK(order == std::vector<int>{1, 2, 0});
}

TEST_CASE("a failure that completions were never asked for reaches the handler") {
  bench b;
  {
    loop_completions<> ended(b.s);
    ended.add(b.s.try_spawn(b.fail("unread")));
    b.settle();
    CHECK(b.errors.empty());
  }
  CHECK(b.errors.size() == 1);
}

TEST_CASE("a raised limit starts pending jobs, a lowered one lets the running finish") {
  bench b(scheduler_options().limit(1));
  for (int i = 0; i < 5; ++i) b.spawn(b.for_ever());
  b.s.set_limit(3);
  CHECK(b.s.active_count() == 3);
  const auto jobs = b.s.snapshot();
  b.s.set_limit(1);
  CHECK(b.s.active_count() == 3);
  b.settle();
  jobs[0].cancel();
  b.settle();
  CHECK(b.s.active_count() == 2);
  CHECK(b.s.pending_count() == 2);
  b.s.set_limit(unlimited);
  CHECK(b.s.active_count() == 4);
  b.door.open();
}

TEST_CASE("pause lets running jobs go on and starts nothing more until resume") {
  bench b(scheduler_options().limit(2));
  b.spawn(b.note_at_door(1));
  b.settle();
  b.s.pause();
  const auto held = b.spawn(b.note(2));
  CHECK(b.s.paused());
  CHECK(held.pending());
  b.door.open();
  b.settle();
  CHECK(b.s.active_count() == 0);
  CHECK(b.ran == std::vector<int>{1});
  b.s.resume();
  b.settle();
  CHECK(b.ran == std::vector<int>{1, 2});
}

TEST_CASE("a soft stop drops the pending, refuses the blocked and lets the running finish") {
  bench b(scheduler_options().limit(1).pending_limit(1));
  const auto running = b.spawn(b.give_at_door(1));
  const auto pending = b.spawn(b.note(2));
  started blocked;
  b.start(blocked, spawn_and_forget(b.s, b.note(3)));
  b.s.pause();
  b.s.stop();
  b.settle();
  CHECK(blocked.threw(scheduler_errc::closed));
  CHECK(pending.outcome() == job_outcome::never_started);
  CHECK(running.active());
  b.door.open();
  b.await(b.s.wait_idle());
  CHECK(running.outcome() == job_outcome::succeeded);
  CHECK(b.ran.empty());
}

TEST_CASE("drop_pending empties the queue and lets the blocked in") {
  bench b(scheduler_options().limit(1).pending_limit(1));
  b.spawn(b.for_ever());
  const auto pending = b.spawn(b.note(2));
  started blocked;
  b.start(blocked, spawn_and_forget(b.s, b.note(3)));
  CHECK(b.s.drop_pending() == 1);
  b.settle();
  CHECK(blocked.done);
  CHECK(pending.closed());
  CHECK(b.s.pending_count() == 1);
  b.door.open();
  b.settle();
  CHECK(b.ran == std::vector<int>{3});
}

TEST_CASE("cancel_all ends every job and leaves the scheduler open") {
  bench b(scheduler_options().limit(1));
  const auto running = b.spawn(b.for_ever());
  const auto pending = b.spawn(b.note(1));
  b.settle();
  b.s.cancel_all();
  b.settle();
  CHECK(running.outcome() == job_outcome::cancelled);
  CHECK(pending.outcome() == job_outcome::never_started);
  CHECK_FALSE(b.s.closed());
  CHECK(b.await(b.spawn(b.give(3)).wait()) == 3);
}

TEST_CASE("an observer is told of every step, in order, and counters add up") {
  std::vector<std::string> steps;
  auto options = scheduler_options().limit(1);
  options.on_event([&steps](const scheduler_event& e) {
    const char* const kinds[] = {"spawned ", "started ", "ended "};
    steps.push_back(kinds[static_cast<int>(e.what)] + e.job.name());
  });
  bench b(options);
  b.spawn(b.for_ever(), "a");
  const auto dropped = b.spawn(b.note(2), "b");
  b.spawn(b.fail("x"), "c");
  b.settle();
  dropped.drop();
  b.door.open();
  b.settle();
  CHECK(steps == std::vector<std::string>{"spawned a", "started a", "spawned b", "spawned c",
                                          "ended b", "started c", "ended a", "ended c"});
  const job_counters n = b.s.counters();
  CHECK(n.spawned == 3);
  CHECK(n.started == 2);
  CHECK(n.succeeded == 1);
  CHECK(n.failed == 1);
  CHECK(n.cancelled == 0);
  CHECK(n.never_started == 1);
}

TEST_CASE("spawn also works on any_io_executor") {
  asio::io_context io;
  scheduler s(io, scheduler_options().limit(1));
  int sum = 0;
  asio::co_spawn(
      asio::any_io_executor(io.get_executor()),
      [](scheduler& on, int& to) -> asio::awaitable<void> {
        const auto job = co_await on.spawn([](int n) -> asio::awaitable<int> { co_return n; }(5));
        to = co_await job.wait();
        (void)co_await on.close();
      }(s, sum),
      asio::detached);
  io.run();
  CHECK(sum == 5);
}

TEST_CASE("a light spawn does not barge past a heavy one that is blocked") {
  bench b(scheduler_options().limit(2).pending_limit(0));
  b.spawn(b.for_ever());
  started heavy;
  b.start(heavy, spawn_and_forget(b.s, b.note(1), job_options().weight(2)));
  CHECK(b.s.would_block());
  CHECK_THROWS_AS(b.s.try_spawn(b.note(3)), scheduler_error);
  started light;
  b.start(light, spawn_and_forget(b.s, b.note(2)));
  CHECK(b.s.blocked_count() == 2);
  b.door.open();
  b.settle();
  CHECK(b.ran == std::vector<int>{1, 2});
}

TEST_CASE("dropping an active job that has not run starts the next at once") {
  bench b(scheduler_options().limit(1));
  const auto first = b.s.try_spawn(b.note(1));
  const auto second = b.s.try_spawn(b.note(2));
  CHECK(first.drop());
  CHECK(second.active());
  b.settle();
  CHECK(b.ran == std::vector<int>{2});
}

TEST_CASE("among equals a moved job takes its place by age") {
  bench b(scheduler_options().limit(1));
  b.spawn(b.note_at_door(0));
  const auto old = b.spawn(b.note(1));
  b.spawn(b.note(2), job_options().priority(1));
  CHECK(old.reprioritise(1));
  b.door.open();
  b.settle();
  CHECK(b.ran == std::vector<int>{0, 1, 2});
}

TEST_CASE("under fail_fast a failure that nobody asked for is reported by the destructor") {
  std::vector<std::string> told;
  asio::io_context io;
  {
    auto options = scheduler_options().policy(failure_policy::fail_fast);
    options.on_error([&told](const error_context& c) { told.push_back(text_of(c.exception)); });
    loop_scheduler s(io, options);
    s.try_spawn([]() -> awaitable<> {
      throw std::runtime_error("first");
      co_return;
    }());
    io.poll();
    CHECK(told.empty());
  }
  CHECK(told == std::vector<std::string>{"first"});
}

TEST_CASE("jobs, where they are and how they ended can be printed") {
  bench b;
  auto one = b.spawn(b.give_at_door(1), std::string_view("fetch"));
  CHECK(to_string(one) == "job \"fetch\": active");
  b.door.open();
  b.settle();
  CHECK(to_string(one) == "job \"fetch\": succeeded");
  CHECK(to_string(job_view()) == "no job");
  CHECK(to_string(job_status::pending) == std::string("pending"));
  CHECK(to_string(job_outcome::never_started) == std::string("never started"));
  one.rename(std::string_view("renamed"));
  std::ostringstream out;
  out << one;
  CHECK(out.str() == "job \"renamed\": succeeded");
}
