// The engine on fakes.
#include "support/catch.hpp"

#include <vector>

#include "engine_rig.hpp"
#include "support/leaves_memory.hpp"

using namespace weir;
using namespace std::chrono_literals;
using test::bench;

TEST_CASE("never more than the limit runs, and every job ends exactly once") {
  bench b(1000, {.limit = 7});
  b.runner.immediate = [](const auto&) { return exited{0}; };
  b.start();
  b.run_out();
  CHECK(b.runner.most == 7);
  CHECK(b.result.jobs.succeeded == 1000);
  REQUIRE(b.seen.ends.size() == 1000);
  for (const auto& [seq, count] : b.seen.ends) CHECK(count == 1);
}

TEST_CASE("running jobs have different slots, and a free one is used again") {
  bench b(4, {.limit = 2});
  b.start();
  CHECK(b.runner.running[1]->slot == 1);
  CHECK(b.runner.running[2]->slot == 2);
  b.runner.running[1]->finish(exited{0});
  b.turn();
  CHECK(b.runner.running[3]->slot == 1);
  b.runner.running[2]->finish(exited{0});
  b.turn();
  CHECK(b.runner.running[4]->slot == 2);
  b.runner.running[3]->finish(exited{0});
  b.runner.running[4]->finish(exited{0});
  b.run_out();
}

TEST_CASE("a failed job is tried again until it succeeds") {
  job_settings settings;
  settings.retry.times = 3;
  bench b(1, {.limit = 2}, settings);
  b.runner.immediate = [](const auto& a) -> outcome { return exited{a.number < 3 ? 1 : 0}; };
  b.start();
  b.run_out();
  CHECK(b.result.jobs.succeeded == 1);
  CHECK(b.seen.attempts[1] == 3);
}

TEST_CASE("a job that waits for its retry leaves its slot to others") {
  job_settings settings;
  settings.retry.times = 1;
  settings.retry.backoff = 1h;
  bench b(2, {.limit = 1}, settings);
  b.start();
  b.runner.running[1]->finish(exited{1});
  b.turn();
  REQUIRE(b.runner.running.count(2) == 1);
  b.runner.running[2]->finish(exited{0});
  b.turn();
  CHECK_FALSE(b.finished);
  // It is cut off there as if it were running: a resumed run tries it again.
  b.batch->take(stop_asked{stop_request::interrupt, "test"});
  b.run_out();
  CHECK(b.seen.verdicts[1] == verdict::cancelled);
  CHECK(b.seen.ends[1] == 1);
}

TEST_CASE("a stop that takes a failed job's next attempt cancels it") {
  job_settings settings;
  settings.retry.times = 1;
  settings.shield = true;
  const bool is_last = GENERATE(false, true);
  if (is_last) settings.retry.times = 0;
  bench b(1, {.limit = 1}, settings);
  b.start();
  b.batch->take(stop_asked{stop_request::interrupt, "test"});
  b.turn();
  b.runner.running[1]->finish(exited{1});
  b.run_out();
  CHECK(b.seen.verdicts[1] == (is_last ? verdict::failed : verdict::cancelled));
  CHECK(b.seen.attempts[1] == 1);
}

TEST_CASE("an interrupt ends what runs, and what waits never starts") {
  bench b(100, {.limit = 3, .pending_limit = 10});
  b.start();
  b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  b.run_out();
  CHECK(b.runner.started == 3);
  CHECK(b.result.jobs.cancelled == 3);
  CHECK(b.result.jobs.not_started == b.result.accepted - 3);
  CHECK(b.result.stopped);
  CHECK(b.output.absent_jobs.size() == b.result.jobs.not_started);
}

TEST_CASE("an interrupt lets shielded jobs end by themselves") {
  job_settings settings;
  settings.shield = true;
  bench b(5, {.limit = 2}, settings);
  b.start();
  b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  b.turn();
  CHECK(b.runner.running[1]->asked.empty());
  b.runner.running[1]->finish(exited{0});
  b.runner.running[2]->finish(exited{0});
  b.run_out();
  CHECK(b.result.jobs.succeeded == 2);
  CHECK(b.result.jobs.not_started == 3);
}

TEST_CASE("a second interrupt ends the shielded, a third kills") {
  job_settings settings;
  settings.shield = true;
  bench b(1, {.limit = 1}, settings);
  b.runner.obey = false;
  b.start();
  auto* job = b.runner.running[1];
  b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  CHECK(job->asked == std::vector{ending::terminate});
  b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  CHECK(job->asked.back() == ending::kill);
  job->finish(cancelled{true});
  b.run_out();
  CHECK(b.seen.phases == std::vector{stop_phase::soft, stop_phase::hard, stop_phase::kill});
}

TEST_CASE("what will not die is given up, and still has its final event") {
  // The coroutine of a job that was given up waits for ever: the process ends right after.
  [[maybe_unused]] const test::leaves_memory abandoned;
  engine_settings settings{.limit = 1};
  settings.stop.kill_timeout = 20ms;
  bench b(3, settings);
  b.runner.obey = false;
  b.start();
  b.batch->take(stop_asked{stop_request::kill, "SIGQUIT"});
  b.run_out();
  CHECK(b.result.gave_up);
  CHECK(b.runner.running[1]->abandoned);
  CHECK(b.seen.ends.size() == 3);
}

TEST_CASE("what ends in the turn in which it is given up is told once") {
  [[maybe_unused]] const test::leaves_memory abandoned;
  bench b(2, {.limit = 2});
  b.runner.obey = false;
  b.start();
  for (int i = 0; i < 3; ++i) b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  // Its end waits in the loop's queue when it is given up.
  b.runner.running[1]->finish(cancelled{true});
  b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  b.run_out();
  CHECK(b.result.gave_up);
  CHECK(b.seen.ends[1] == 1);
  CHECK(b.seen.ends[2] == 1);
}

TEST_CASE("halting soon lets running jobs end and starts no more") {
  engine_settings settings{.limit = 2};
  settings.halt = {halt_rule::urgency::soon, halt_rule::event::fail, 1, false};
  bench b(10, settings);
  b.start();
  b.runner.running[1]->finish(exited{1});
  b.turn();
  CHECK(b.runner.running.size() == 1);
  CHECK(b.runner.running[2]->asked.empty());
  b.runner.running[2]->finish(exited{0});
  b.run_out();
  CHECK(b.result.jobs.failed == 1);
  CHECK(b.result.jobs.succeeded == 1);
  CHECK(b.result.jobs.not_started == 8);
}

TEST_CASE("halting now ends the running jobs") {
  engine_settings settings{.limit = 2};
  settings.halt = {halt_rule::urgency::now, halt_rule::event::fail, 1, false};
  bench b(10, settings);
  b.start();
  b.runner.running[1]->finish(exited{1});
  b.run_out();
  CHECK(b.result.jobs.cancelled == 1);
}

TEST_CASE("an error of the source is kept, and the jobs before it are run") {
  bench b(10);
  b.source.fail_after = 2;
  b.runner.immediate = [](const auto&) { return exited{0}; };
  b.start();
  b.run_out();
  CHECK(b.result.jobs.succeeded == 2);
  REQUIRE(b.result.error);
  CHECK_THROWS_WITH(std::rethrow_exception(b.result.error), "line 3: bad");
}

TEST_CASE("an error inside kills all jobs, and is told to who drains the output") {
  bench b(3);
  b.start();
  b.output.fails = true;
  b.runner.running[1]->finish(exited{0});
  b.run_out();
  CHECK(b.seen.asked == std::vector<stop_request>{stop_request::kill});
  CHECK(b.seen.phases.back() == stop_phase::kill);
  REQUIRE(b.result.error);
  CHECK_THROWS_WITH(std::rethrow_exception(b.result.error), "no room");
}

TEST_CASE("a job that may fail does not fail the run") {
  job_settings settings;
  settings.allow_failure = true;
  bench b(1, {.limit = 1}, settings);
  b.runner.immediate = [](const auto&) { return exited{1}; };
  b.start();
  b.run_out();
  CHECK(b.result.jobs.failed == 1);
  CHECK(b.result.jobs.allowed == 1);
}

TEST_CASE("a relative timeout is learnt from jobs that succeeded, and holds for those that run") {
  engine_settings settings{.limit = 2};
  settings.relative_timeout = 3.0;
  bench b(5, settings);
  b.runner.took = 2s;
  b.start();
  auto* hanging = b.runner.running[1];
  for (std::uint64_t seq : {2, 3, 4}) {
    CHECK_FALSE(hanging->limited_to.has_value());
    b.runner.running[seq]->finish(exited{0});
    b.turn();
  }
  CHECK(hanging->limited_to == duration(6s));
  b.batch->take(stop_asked{stop_request::kill, "test"});
  b.run_out();
}

TEST_CASE("an output that fails ends the run once, and a record that fails is told beside it") {
  bench b(5);
  b.start();
  b.batch->take(output_failed{ENOSPC, "stdout"});
  b.batch->take(output_failed{ENOSPC, "stdout"});
  b.batch->take(record_failed{"run.log"});
  b.run_out();
  CHECK(b.seen.asked == std::vector<stop_request>{stop_request::lost});
  CHECK(b.result.stopped);
  CHECK(b.result.output_error == EIO);
  CHECK(b.runner.started == 2);
}

TEST_CASE("an output that fails when no job runs any more is in the result") {
  bench b(1);
  b.runner.immediate = [](const auto&) { return exited{0}; };
  b.start();
  b.run_out();
  b.batch->take(output_failed{EPIPE, "stdout"});
  CHECK(b.batch->result().output_error == EPIPE);
  CHECK_FALSE(b.batch->result().stopped);
  CHECK(b.seen.phases.empty());
}

TEST_CASE("a job of which a process would not die is not tried again") {
  job_settings settings;
  settings.retry.times = 3;
  bench b(1, {.limit = 1}, settings);
  b.start();
  b.batch->take(process_stuck{1, 42, 'D'});
  b.runner.running[1]->finish(exited{1});
  b.run_out();
  CHECK(b.runner.started == 1);
  CHECK(b.result.left_alive);
}

TEST_CASE("while there is no room for processes nothing starts, and what waits is told") {
  bench b(4, {.limit = 3});
  b.start();
  CHECK(b.runner.started == 3);
  b.batch->take(room_missing{true});
  b.runner.running[1]->finish(exited{0});
  b.turn();
  CHECK(b.runner.started == 3);
  CHECK(b.seen.holds == std::vector<std::string>{"1 by lack of room for processes"});
  b.batch->take(room_missing{false});
  b.turn();
  CHECK(b.runner.started == 4);
  CHECK(b.seen.holds.back() == "0 by ");
  for (std::uint64_t seq : {2, 3, 4}) b.runner.running[seq]->finish(exited{0});
  b.run_out();
}

TEST_CASE("a record that fails ends the run") {
  bench b(5);
  b.start();
  b.batch->take(record_failed{"run.log"});
  b.run_out();
  CHECK(b.seen.asked == std::vector<stop_request>{stop_request::lost});
  CHECK(b.result.output_error == EIO);
}

TEST_CASE("of several errors the first is told") {
  bench b(3);
  b.source.ends = false;
  b.source.fails_at_end = true;
  b.start();
  b.output.fails = true;
  b.runner.running[1]->finish(exited{0});
  b.run_out();
  CHECK(b.seen.verdicts[3] == verdict::cancelled);  // it was about to run
  REQUIRE(b.result.error);
  CHECK_THROWS_WITH(std::rethrow_exception(b.result.error), "no room");
}

TEST_CASE("a job whose start could not be recorded has not started") {
  bench b(1, {.limit = 1});
  b.seen.then = [&](const event& e) {
    if (std::holds_alternative<attempt_started>(e)) b.batch->take(record_failed{"the journal"});
  };
  b.start();
  b.run_out();
  CHECK(b.runner.started == 0);
  CHECK(b.seen.verdicts[1] == verdict::not_started);
  CHECK(b.seen.attempts[1] == 0);
}

TEST_CASE("a job that is tried again without a pause keeps its slot") {
  job_settings settings;
  settings.retry.times = 1;
  bench b(2, {.limit = 1}, settings);
  b.start();
  b.runner.running[1]->finish(exited{1});
  b.turn();
  CHECK(b.runner.running.contains(1));
  b.runner.immediate = [](const auto&) { return exited{0}; };
  b.runner.running[1]->finish(exited{0});
  b.run_out();
}

TEST_CASE("the tail of output is told of attempts and jobs that failed, where it is wanted") {
  job_settings settings;
  settings.retry.times = 1;
  bench b(2, {.limit = 1}, settings);
  b.settings.tail_of_failed = GENERATE(true, false);
  b.output.has_sinks = GENERATE(true, false);
  b.runner.immediate = [](const auto& a) { return exited{a.seq == 1 ? 1 : 0}; };
  b.start();
  b.run_out();
  const bool some = b.settings.tail_of_failed && b.output.has_sinks;
  CHECK(b.seen.tails ==
        (some ? std::vector<std::string>{"1 failed", "1 ended"} : std::vector<std::string>{}));
}

TEST_CASE("an error of the input is told before one that comes later inside") {
  bench b(3, {.limit = 1});
  b.source.fail_after = 2;
  b.start();
  b.output.fails = true;
  b.runner.running[1]->finish(exited{0});
  b.run_out();
  REQUIRE(b.result.error);
  CHECK_THROWS_WITH(std::rethrow_exception(b.result.error), "line 3: bad");
}
