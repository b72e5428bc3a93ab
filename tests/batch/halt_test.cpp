// How a run is cut short by --halt, and what still runs after that, on fakes.
#include "support/catch.hpp"

#include "engine_rig.hpp"
#include "support/leaves_memory.hpp"

using namespace weir;
using namespace std::chrono_literals;
using test::bench;

namespace {

using phases = std::vector<stop_phase>;

engine_settings halting(halt_rule::event what, halt_rule::urgency when = halt_rule::urgency::now) {
  engine_settings settings{.limit = 3};
  settings.needs = settings.read_after_halt = true;
  settings.halt = {when, what, 1, false};
  return settings;
}

/// Job 1 fails, and job 2 does not obey. What needs the first waits until the second has ended.
struct halted_bench : bench {
  explicit halted_bench(std::uint64_t jobs,
                        engine_settings settings = halting(halt_rule::event::fail))
      : bench(jobs, std::move(settings)) {
    runner.obey = false;
  }
  void halt() {
    start();
    runner.running[1]->finish(exited{1});
    turn();
  }
  void finish(std::uint64_t seq, outcome how = exited{0}) {
    REQUIRE(runner.running.contains(seq));
    runner.running[seq]->finish(std::move(how));
    turn();
  }
};

}  // namespace

TEST_CASE("a run that halts for a success has had enough, one that halts for a failure not") {
  const auto what = GENERATE(halt_rule::event::success, halt_rule::event::fail);
  bench b(5, halting(what));
  const int code = what == halt_rule::event::success ? 0 : 1;
  b.runner.immediate = [&](const auto&) { return exited{code}; };
  b.start();
  b.run_out();
  CHECK(b.result.stopped);
  CHECK(b.result.enough == (what == halt_rule::event::success));
}

TEST_CASE("after a halt the source is read to its end where it is asked to be, else closed") {
  engine_settings settings = halting(halt_rule::event::fail);
  settings.read_after_halt = GENERATE(false, true);
  settings.pending_limit = 2;
  bench b(100, settings);
  b.runner.immediate = [](const auto&) { return exited{1}; };
  b.start();
  b.run_out();
  CHECK(b.source.closed == !settings.read_after_halt);
  CHECK((b.source.given == 100) == settings.read_after_halt);
  CHECK(b.result.accepted == b.source.given);
}

TEST_CASE("what follows up starts once all that a halt ends has ended, and is told so") {
  halted_bench b(5);
  b.source.change = [](job_spec& job, job_settings&) {
    if (job.seq == 4) job.needs = {{1, need_on::failure}};
    if (job.seq == 5) job.needs = {{4, need_on::always}};
  };
  b.halt();
  CHECK(b.seen.phases == phases{stop_phase::soft});
  CHECK(b.seen.running_at_stop == std::vector{2U});
  b.finish(2);
  CHECK_FALSE(b.runner.running.contains(4));
  b.finish(3);
  CHECK(b.runner.running.contains(4));
  CHECK(b.seen.phases == phases{stop_phase::soft, stop_phase::running});
  b.finish(4);
  b.finish(5);
  CHECK(b.finished);
  CHECK(b.seen.phases.size() == 2);
  CHECK(b.result.jobs.succeeded == 4);
}

TEST_CASE("the end of a halt is told where jobs go on, and not where none is left") {
  SECTION("none") {
    halted_bench b(2);
    b.halt();
    b.finish(2);
    CHECK(b.finished);
    CHECK(b.seen.phases == phases{stop_phase::soft});
  }
  SECTION("one that is ready") {
    halted_bench b(3);
    b.source.needs_of_last = {{1, need_on::failure}};
    b.halt();
    b.finish(2);
    CHECK(b.seen.phases == phases{stop_phase::soft, stop_phase::running});
    b.finish(3);
    CHECK(b.finished);
  }
  SECTION("one that runs, and one that needs it") {
    halted_bench b(6);
    b.settings.halt = {halt_rule::urgency::now, halt_rule::event::fail, 2, false};
    b.source.change = [](job_spec& job, job_settings&) {
      if (job.seq == 4) job.needs = {{1, need_on::failure}};
      if (job.seq == 5) job.needs = {{4, need_on::always}};
      if (job.seq == 6) job.needs = {{5, need_on::always}};
    };
    b.halt();
    REQUIRE(b.runner.running.contains(4));
    b.finish(2, exited{1});
    CHECK(b.seen.running_at_stop == std::vector{1U});  // the other goes on
    b.finish(3);
    CHECK(b.seen.phases == phases{stop_phase::soft, stop_phase::running});
    CHECK(b.seen.running_at_stop.back() == 1);
    for (const std::uint64_t seq : {4, 5, 6}) b.finish(seq);
    CHECK(b.seen.phases.size() == 2);
    CHECK(b.finished);
  }
}

TEST_CASE("what is shielded in a job that goes on after a halt is neither ended nor waited for") {
  halted_bench b(4);
  b.settings.halt = {halt_rule::urgency::now, halt_rule::event::fail, 2, false};
  b.source.needs_of_last = {{1, need_on::failure}};
  b.halt();
  REQUIRE(b.runner.running.contains(4));
  auto* const other = b.runner.running[3];
  for (const std::uint64_t seq : {3, 4}) b.runner.running[seq]->shield = true;
  b.finish(2, exited{1});
  CHECK(b.seen.shielded_at_stop == std::vector{1U});
  const bool insists = GENERATE(false, true);
  if (insists) {
    b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
    CHECK(b.runner.running[4]->asked_before_shields == std::vector<std::size_t>{1});
    CHECK(other->asked_before_shields == std::vector<std::size_t>{2});
    b.finish(3);
  } else {
    other->shield = false;
    b.finish(3);
    CHECK(b.runner.running[4]->asked.empty());
    CHECK(b.runner.running[4]->asked_before_shields.empty());
  }
  b.finish(4);
  CHECK(b.finished);
}

TEST_CASE("what is asked during a halt counts as more than that, and drops what follows up") {
  halted_bench b(4);
  b.source.needs_of_last = {{1, need_on::failure}};
  b.halt();
  SECTION("an interrupt insists") {
    b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
    CHECK(b.seen.phases == phases{stop_phase::soft, stop_phase::hard});
    b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
    CHECK(b.seen.phases.back() == stop_phase::kill);
  }
  SECTION("output that is lost begins a stop") {
    b.batch->take(stop_asked{stop_request::lost, "stdout"});
    CHECK(b.seen.phases == phases{stop_phase::soft, stop_phase::soft});
    b.batch->take(stop_asked{stop_request::lost, "stdout"});
    CHECK(b.seen.phases.size() == 2);
  }
  b.finish(2, cancelled{true});
  b.finish(3, cancelled{true});
  CHECK(b.finished);
  CHECK(b.seen.verdicts[4] == verdict::not_started);
}

TEST_CASE("an interrupt counts as the second one also when nothing runs any more") {
  bench b(9, {.limit = 1});
  b.runner.obey = false;
  b.start();
  b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  b.runner.running[1]->finish(cancelled{true});
  while (b.seen.ends.empty()) b.loop.poll_one();
  b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  CHECK(b.seen.phases == phases{stop_phase::soft, stop_phase::hard});
  b.run_out();
}

TEST_CASE("what follows up is dropped when the jobs that a halt ends are given up") {
  [[maybe_unused]] const test::leaves_memory abandoned;
  halted_bench b(4);
  b.settings.close_timeout = b.settings.stop.kill_timeout = 1ms;
  b.source.change = [](job_spec& job, job_settings&) {
    if (job.seq == 3) job.needs = {{2, need_on::failure}};
    if (job.seq == 4) job.needs = {{1, need_on::failure}};
  };
  b.halt();
  b.run_out();
  CHECK(b.result.gave_up);
  CHECK(b.seen.ready == std::vector<std::uint64_t>{4});
  CHECK(b.seen.verdicts[2] == verdict::cancelled);
  for (const std::uint64_t seq : {3, 4}) CHECK(b.seen.verdicts[seq] == verdict::not_started);
  for (const auto& [seq, ends] : b.seen.ends) CHECK(ends == 1);
  CHECK(b.runner.started == 2);
}

TEST_CASE("failures of what follows up are counted, unless they are allowed") {
  const bool allowed = GENERATE(false, true);
  halted_bench b(2);
  b.source.needs_of_last = {{1, need_on::failure}};
  b.source.change = [&](job_spec&, job_settings& settings) {
    settings.allow_failure = allowed && b.source.given == 2;
  };
  b.halt();
  CHECK(b.result.failed_after_halt == 0);
  b.finish(2, exited{1});
  CHECK(b.finished);
  CHECK((b.result.failed_after_halt > 0) == !allowed);
}

TEST_CASE("what was skipped before a halt ends once") {
  halted_bench b(4);
  b.source.change = [](job_spec& job, job_settings&) {
    if (job.seq >= 3) job.needs = {{1, need_on::success}};
  };
  b.settings.pending_limit = 0;
  b.settings.limit = 2;
  b.halt();
  b.finish(2);
  CHECK(b.finished);
  CHECK(b.seen.ends.size() == 4);
  for (const auto& [seq, ends] : b.seen.ends) CHECK(ends == 1);
}
