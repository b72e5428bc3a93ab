// How far the source is read ahead of what runs, on fakes.
#include "support/catch.hpp"

#include "engine_rig.hpp"

using namespace weir;
using test::bench;

TEST_CASE("the source is not read beyond what may wait") {
  bench b(1000, {.limit = 2, .pending_limit = 5});
  b.start();
  CHECK(b.runner.running.size() == 2);
  // Two run, five wait, and one is in hand, waiting for a place.
  CHECK(b.source.given == 8);
  b.batch->take(stop_asked{stop_request::kill, "test"});
  b.run_out();
}

TEST_CASE("where no job may wait, one that lacks more than a slot is kept in hand") {
  bench b(3, {.limit = 3, .pending_limit = 0, .pools = {{"net", 2}}});
  job_settings takes_more;
  SECTION("a pool") {
    b.source.change = [](job_spec&, job_settings& s) { s.pools = {{"net", 2}}; };
  }
  SECTION("slots") {
    b.source.change = [](job_spec&, job_settings& s) { s.weight = 2; };
  }
  b.start();
  CHECK(b.runner.running.size() == 1);
  CHECK(b.source.given == 2);
  b.runner.immediate = [](const auto&) { return exited{0}; };
  b.runner.running[1]->finish(exited{0});
  b.run_out();
  CHECK(b.result.jobs.succeeded == 3);
}

TEST_CASE("long lines are read until they take 4 MiB, and again once half of them have started") {
  bench b(200, {.limit = 1});
  b.source.change = [](job_spec& job, job_settings&) { job.text.assign(103'900, 'x'); };
  b.start();
  // About 104 800 bytes each: 41 are more, beside the one that runs; 20 are no more than half.
  CHECK(b.source.given == 42);
  const auto finish_to = [&](std::uint64_t next) {
    while (b.runner.running.begin()->first != next) {
      b.runner.running.begin()->second->finish(exited{0});
      b.turn();
    }
  };
  finish_to(21);
  CHECK(b.source.given == 42);
  finish_to(22);
  CHECK(b.source.given == 63);
  SECTION("to the end") {
    b.runner.immediate = [](const auto&) { return exited{0}; };
    b.runner.running.begin()->second->finish(exited{0});
    b.run_out();
    CHECK(b.result.jobs.succeeded == 200);
  }
  SECTION("to a stop") {
    b.batch->take(stop_asked{stop_request::interrupt, "test"});
    b.run_out();
    CHECK(b.source.given == 63);
  }
}
