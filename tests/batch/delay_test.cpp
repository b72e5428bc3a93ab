// Starts that are kept apart, on fakes.
#include "support/catch.hpp"

#include "engine_rig.hpp"

using namespace weir;
using namespace std::chrono_literals;
using test::bench;

namespace {

engine_settings one_an_hour(halt_rule halt = {}) {
  engine_settings settings{.limit = 3};
  settings.delay = 1h;
  settings.halt = halt;
  return settings;
}

}  // namespace

TEST_CASE("jobs start one at a time when a delay keeps them apart, and all have their turn") {
  SECTION("nobody before the delay is over") {
    bench b(3, one_an_hour());
    b.start();
    CHECK(b.runner.started == 1);
    b.batch->take(stop_asked{stop_request::kill, "test"});
    b.run_out();
  }
  SECTION("everybody after it") {
    bench b(3, {.limit = 3, .delay = 5ms});
    b.runner.immediate = [](const auto&) { return exited{0}; };
    b.start();
    b.run_out();
    CHECK(b.result.jobs.succeeded == 3);
  }
}

TEST_CASE("a stop ends jobs that wait for their turn to start, at once") {
  const auto what = GENERATE(stop_request::interrupt, stop_request::terminate, stop_request::kill,
                             stop_request::lost);
  bench b(5, one_an_hour());
  b.start();
  REQUIRE(b.runner.started == 1);
  b.runner.running[1]->finish(exited{0});
  b.turn();
  b.batch->take(stop_asked{what, "test"});
  b.turn();
  CHECK(b.finished);
  CHECK_FALSE(b.result.gave_up);
  CHECK(b.runner.started == 1);
  CHECK(b.result.jobs.not_started == 4);
}

TEST_CASE("jobs that wait for their turn to start do not count as running") {
  bench b(5, one_an_hour());
  b.start();
  b.batch->take(stop_asked{stop_request::finish, "test"});
  REQUIRE(b.seen.running_at_stop.size() == 1);
  CHECK(b.seen.running_at_stop.back() == 1);
  b.runner.running[1]->finish(exited{0});
  b.turn();
  CHECK(b.finished);
}

TEST_CASE("shielded jobs that wait for their turn to start are not waited for") {
  job_settings settings;
  settings.shield = true;
  bench b(5, one_an_hour(), settings);
  b.start();
  b.runner.running[1]->finish(exited{0});
  b.turn();
  b.batch->take(stop_asked{stop_request::terminate, "test"});
  b.turn();
  CHECK(b.finished);
}

TEST_CASE("a halt ends jobs that wait for their turn to start") {
  const auto urgency = GENERATE(halt_rule::urgency::soon, halt_rule::urgency::now);
  bench b(5, one_an_hour({urgency, halt_rule::event::fail, 1, false}));
  b.start();
  b.runner.running[1]->finish(exited{1});
  b.turn();
  CHECK(b.finished);
  CHECK_FALSE(b.result.gave_up);
  CHECK(b.result.jobs.failed == 1);
  CHECK(b.result.jobs.not_started == 4);
}

TEST_CASE("what follows up after a halt waits one delay, not those of jobs that were dropped") {
  bench b(5, one_an_hour({halt_rule::urgency::now, halt_rule::event::fail, 1, false}));
  b.settings.needs = true;
  b.settings.delay = 200ms;
  b.settings.read_after_halt = true;
  b.source.needs_of_last = {{1, need_on::failure}};
  b.start();
  b.runner.running[1]->finish(exited{1});
  b.turn();
  b.runner.immediate = [](const auto&) { return exited{0}; };
  b.run_out();
  CHECK(b.runner.started == 2);
  CHECK(b.result.jobs.succeeded == 1);
}
