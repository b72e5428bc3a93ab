// What aiojobs' own tests of a job pin down, each with its test here; and the rest of a job's
// contract.
#include "bench.hpp"

TEST_CASE("a spawned job is active, and its body has not run yet") {
  bench b;
  const auto job = b.spawn(b.note_at_door(1));
  CHECK(job.active());
  CHECK_FALSE(job.pending());
  CHECK_FALSE(job.closed());
  bool ran_inside = true;
  b.await([](bench& in, bool& inside) -> awaitable<> {
    const auto other = co_await in.s.spawn(in.note_at_door(2));
    inside = in.ran.size() > 1;
    CHECK(other.active());
  }(b, ran_inside));
  CHECK_FALSE(ran_inside);
  b.door.open();
}

TEST_CASE("a job that was awaited is closed") {
  bench b;
  const auto job = b.spawn(b.give(1));
  CHECK(b.await(job.wait()) == 1);
  CHECK(job.closed());
  CHECK_FALSE(job.active());
  CHECK_FALSE(job.pending());
  CHECK(job.outcome() == job_outcome::succeeded);
}

TEST_CASE("a job that was closed is closed") {
  bench b;
  const auto job = b.spawn(b.for_ever());
  b.await(job.close());
  CHECK(job.closed());
  CHECK_FALSE(job.active());
}

TEST_CASE("with a limit of 1 the second job is pending") {
  bench b(scheduler_options().limit(1));
  const auto first = b.spawn(b.for_ever());
  const auto second = b.spawn(b.for_ever());
  CHECK(first.active());
  CHECK(second.pending());
  CHECK_FALSE(second.active());
  CHECK_FALSE(second.closed());
  b.door.open();
}

TEST_CASE("a pending job is active by the time close() of the running one returns") {
  bench b(scheduler_options().limit(1));
  const auto first = b.spawn(b.for_ever());
  const auto second = b.spawn(b.for_ever());
  b.settle();
  b.await(first.close());
  CHECK(second.active());
  b.door.open();
}

TEST_CASE("wait returns the result") {
  bench b;
  const auto job = b.spawn(b.give_at_door(7));
  b.door.open();
  CHECK(b.await(job.wait()) == 7);
}

TEST_CASE("wait rethrows the job's own exception object, and the handler stays silent") {
  bench b;
  const void* thrown = nullptr;
  const auto job = b.spawn([](const void*& out, gate& door) -> awaitable<> {
    co_await door.pass();
    try {
      throw std::runtime_error("broken");
    } catch (const std::runtime_error& e) {
      out = &e;
      throw;
    }
  }(thrown, b.door));
  started waits[2];
  const void* caught[2] = {};
  for (int i : {0, 1})
    b.start(waits[i], [](loop_job<> of, const void*& out) -> awaitable<> {
      try {
        co_await of.wait();
      } catch (const std::runtime_error& e) {
        out = &e;
      }
    }(job, caught[i]));
  b.door.open();
  b.settle();
  CHECK(thrown != nullptr);
  CHECK(caught[0] == thrown);
  CHECK(caught[1] == thrown);
  CHECK(b.errors.empty());
}

TEST_CASE("close() rethrows what was raised just before") {
  bench b;
  const auto job = b.spawn(b.fail_when_cancelled("last words"));
  b.settle();
  CHECK_THROWS_WITH(b.await(job.close()), "last words");
  CHECK(b.errors.empty());
}

TEST_CASE("close() of a job that swallows cancellation times out, and the handler stays silent") {
  bench b;
  const auto job = b.spawn(b.stubborn());
  b.settle();
  CHECK(throws(b, job.close(5ms), scheduler_errc::timed_out));
  CHECK(job.active());
  CHECK(b.errors.empty());
  b.door.open();
  b.settle();
  CHECK(job.closed());
  CHECK(job.outcome() == job_outcome::succeeded);
}

TEST_CASE("wait on a pending job waits through its start") {
  bench b(scheduler_options().limit(1));
  const auto first = b.spawn(b.for_ever());
  const auto second = b.spawn(b.give(3));
  started wait;
  int result = 0;
  b.start(wait, [](loop_job<int> of, int& out) -> awaitable<> {
    out = co_await of.wait();
  }(second, result));
  CHECK(second.pending());
  CHECK_FALSE(wait.done);
  b.door.open();
  b.settle();
  CHECK(wait.done);
  CHECK(result == 3);
}

TEST_CASE("cancelling a waiter leaves the job, and what it awaits, running") {
  bench b;
  const auto job = b.spawn(b.give_at_door(4));
  started wait;
  b.start(wait, [](loop_job<int> of) -> awaitable<> { (void)co_await of.wait(); }(job));
  wait.cancel.emit(asio::cancellation_type::terminal);
  b.settle();
  CHECK(wait.was_cancelled());
  CHECK(job.active());
  b.door.open();
  CHECK(b.await(job.wait()) == 4);
}

TEST_CASE("wait on a job that failed before rethrows its failure") {
  bench b;
  const auto job = b.spawn(b.fail("early"));
  b.settle();
  CHECK(job.closed());
  CHECK(b.errors.size() == 1);
  CHECK_THROWS_WITH(b.await(job.wait()), "early");
  CHECK(b.errors.size() == 1);
}

TEST_CASE("close on a job whose failure was reported returns quietly") {
  bench b;
  const auto job = b.spawn(b.fail("early"));
  b.settle();
  REQUIRE(b.errors.size() == 1);
  b.await(job.close());
  CHECK(b.errors.size() == 1);
}

TEST_CASE("cancelling the caller of close() propagates, and the job still ends later") {
  bench b;
  const auto job = b.spawn(b.stubborn());
  b.settle();
  started close;
  b.start(close, [](loop_job<> of) -> awaitable<> { co_await of.close(forever); }(job));
  CHECK_FALSE(close.done);
  close.cancel.emit(asio::cancellation_type::terminal);
  b.settle();
  CHECK(close.was_cancelled());
  CHECK(job.active());
  b.door.open();
  b.settle();
  CHECK(job.closed());
  CHECK(b.s.empty());
}

TEST_CASE("cancelling the caller of close() in the turn in which the job ends loses neither") {
  bench b;
  const auto job = b.spawn(b.stubborn());
  b.settle();
  started close;
  b.start(close, [](loop_job<> of) -> awaitable<> { co_await of.close(forever); }(job));
  close.cancel.emit(asio::cancellation_type::terminal);
  b.door.open();
  b.settle();
  CHECK(close.was_cancelled());
  CHECK(job.closed());
  CHECK(b.s.empty());
}

TEST_CASE("\"Job closing timed out\" carries where the job was spawned") {
  bench b(scheduler_options().close_timeout(5ms));
  const unsigned line = __LINE__ + 1;
  const auto job = b.await(b.s.spawn(b.stubborn()));
  b.settle();
  const close_report report = b.await(b.s.close());
  CHECK(report.still_running == 1);
  REQUIRE(b.errors.size() == 1);
  CHECK(b.errors[0].message == "Job closing timed out");
  CHECK(b.errors[0].job == job);
  CHECK(b.errors[0].where.line() == line);
  CHECK(std::string(b.errors[0].where.file_name()).find("job_test.cpp") != std::string::npos);
  b.door.open();
  b.settle();
}

TEST_CASE("wait on a job that ended unobserved returns its value") {
  bench b;
  const auto job = b.spawn(b.give(5));
  b.settle();
  CHECK(job.closed());
  CHECK(b.await(job.wait()) == 5);
  CHECK(b.await(job.wait()) == 5);
}

TEST_CASE("after close, wait says that the job was cancelled") {
  bench b;
  const auto running = b.spawn(b.give_at_door(1));
  b.settle();
  b.await(running.close());
  CHECK(running.outcome() == job_outcome::cancelled);
  CHECK(throws(b, running.wait(), scheduler_errc::cancelled));
}

TEST_CASE("a failing job and scheduler.close() together are reported exactly once") {
  bench b;
  const auto job = b.spawn(b.fail_when_cancelled("last words"));
  b.settle();
  b.await(b.s.close());
  REQUIRE(b.errors.size() == 1);
  CHECK(b.errors[0].message == "Job processing failed");
  CHECK(text_of(b.errors[0].exception) == "last words");
}

TEST_CASE("a job has the name it was given") {
  bench b;
  CHECK(b.spawn(b.note(1), "fetch").name() == "fetch");
}

TEST_CASE("a job without a name is called by its number") {
  bench b;
  const auto first = b.spawn(b.note(1));
  const auto second = b.spawn(b.note(2));
  CHECK(first.name() == "job-1");
  CHECK(second.name() == "job-" + std::to_string(second.id()));
  CHECK(second.id() == 2);
}

TEST_CASE("a running job can be renamed") {
  bench b;
  auto job = b.spawn(b.for_ever(), "before");
  b.settle();
  job.rename("after");
  CHECK(job.name() == "after");
  job.rename("");
  CHECK(job.name() == "job-1");
  b.door.open();
}

TEST_CASE("a closed pending job never runs, and closing it again does nothing") {
  bench b(scheduler_options().limit(1));
  const auto first = b.spawn(b.note_at_door(1));
  const auto second = b.spawn(b.note(2));
  b.await(second.close());
  b.await(second.close());
  CHECK(second.outcome() == job_outcome::never_started);
  CHECK(throws(b, second.wait(), scheduler_errc::cancelled));
  b.door.open();
  b.settle();
  CHECK(b.ran == std::vector<int>{1});
}

TEST_CASE("a second concurrent close also waits, and the failure goes to the first alone") {
  bench b;
  const auto job = b.spawn([](gate& door) -> awaitable<> {
    co_await door.pass_stubbornly();
    throw std::runtime_error("late");
  }(b.door));
  b.settle();
  started first;
  started second;
  b.start(first, [](loop_job<> of) -> awaitable<> { co_await of.close(forever); }(job));
  b.start(second, [](loop_job<> of) -> awaitable<> { co_await of.close(forever); }(job));
  CHECK_FALSE(first.done);
  CHECK_FALSE(second.done);
  b.door.open();
  b.settle();
  CHECK(first.text() == "late");
  CHECK(second.done);
  CHECK(second.error == nullptr);
  CHECK(b.errors.empty());
}

TEST_CASE("wait_or_leave stops waiting and leaves the job running") {
  bench b;
  const auto job = b.spawn(b.give_at_door(6));
  b.settle();
  CHECK(throws(b, job.wait_or_leave(2ms), scheduler_errc::timed_out));
  CHECK(job.active());
  b.door.open();
  CHECK(b.await(job.wait_or_leave(1s)) == 6);
}

TEST_CASE("a result that cannot be copied goes to the first who waits") {
  bench b;
  const auto job =
      b.spawn([]() -> awaitable<std::unique_ptr<int>> { co_return std::make_unique<int>(8); }());
  CHECK(*b.await(job.wait()) == 8);
  CHECK(throws(b, job.wait(), scheduler_errc::result_taken));
}

TEST_CASE("a job knows when it was spawned, started and ended") {
  bench b(scheduler_options().limit(1));
  const auto first = b.spawn(b.for_ever());
  const auto second = b.spawn(b.note(1));
  b.settle();
  CHECK(second.times().started == std::chrono::steady_clock::time_point());
  b.door.open();
  b.settle();
  const job_times times = second.times();
  CHECK(times.spawned >= first.times().spawned);
  CHECK(times.started >= first.times().ended);
  CHECK(times.ended >= times.started);
}

TEST_CASE("a job that fails when a late wait cancels it gives the wait its failure") {
  bench b;
  const auto one = b.spawn(b.fail_when_cancelled("half done"));
  std::string said;
  try {
    b.await(one.wait_or_cancel(1ms));
  } catch (const std::runtime_error& e) {
    said = e.what();
  }
  CHECK(said == "half done");
  CHECK(one.outcome() == job_outcome::failed);
  CHECK(b.errors.empty());
}
