// Jobs that are added to a run from outside, on fakes.
#include "support/catch.hpp"

#include "engine_rig.hpp"

using namespace weir;
using test::bench;

namespace {

std::string add(bench& b, const std::string& line = "more") {
  const auto told = std::make_shared<job_wanted::answer>();
  b.batch->take(job_wanted{line, told});
  if (!told->refused.empty()) return told->refused;
  return fmt::format("{} from {}", told->jobs.size(), told->jobs.front().seq);
}

struct taking_bench : bench {
  explicit taking_bench(std::uint64_t jobs, engine_settings s = {.limit = 1})
      : bench(jobs, std::move(s)) {
    source.takes_lines = true;
  }
};

void finish_one(bench& b) {
  b.runner.running.begin()->second->finish(exited{0});
  b.turn();
}

}  // namespace

TEST_CASE("a run goes on with what is added to it, until it is over") {
  taking_bench b(1);
  b.start();
  CHECK(add(b) == "1 from 101");
  b.turn();
  finish_one(b);
  CHECK(b.runner.running.contains(101));
  finish_one(b);
  CHECK(b.finished);
  CHECK(b.result.jobs.succeeded == 2);
  CHECK(add(b) == "the run is over");
}

TEST_CASE("nothing is added between the end of the last job and that of the run") {
  taking_bench b(1);
  b.start();
  b.runner.running[1]->finish(exited{0});
  while (b.seen.ends.empty()) b.loop.poll_one();
  CHECK_FALSE(b.finished);
  CHECK(add(b) == "the run is over");
  b.turn();
  CHECK(b.finished);
}

TEST_CASE("jobs may be added while one runs that was not waited for by any, or input may come") {
  taking_bench b(0);
  b.source.ends = false;
  b.start();
  CHECK(add(b) == "1 from 101");
  b.source.close();
  b.turn();
  CHECK(b.finished);
}

TEST_CASE("a run that is being stopped takes no more, nor does one whose input was bad") {
  SECTION("stopped") {
    taking_bench b(1);
    b.runner.obey = false;
    b.start();
    b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
    CHECK(add(b) == "the run is being stopped (SIGINT)");
    finish_one(b);
    CHECK(b.finished);
  }
  SECTION("bad") {
    taking_bench b(2);
    b.source.fail_after = 1;
    b.start();
    CHECK(add(b) == "the run's input could not be read to its end");
    finish_one(b);
    CHECK(b.finished);
  }
  SECTION("not of lines") {
    bench b(1);
    b.start();
    CHECK(add(b) == "none can be added to this run: its jobs are not made of lines");
    finish_one(b);
    CHECK(b.finished);
  }
}

TEST_CASE("as many may be added as may wait, one at least, with those that were taken in") {
  const std::size_t room = GENERATE(0, 1, 3);
  taking_bench b(1, {.limit = 1, .pending_limit = room});
  b.start();
  for (std::size_t i = 0; i < std::max<std::size_t>(room, 1); ++i) {
    CHECK(add(b) == fmt::format("1 from {}", 101 + i));
    b.turn();
  }
  CHECK(add(b) == "no room");
  finish_one(b);
  CHECK_THAT(add(b), Catch::StartsWith("1 from "));
  b.turn();
  while (!b.finished) finish_one(b);
}

TEST_CASE("an addition raises the total, once that is known") {
  SECTION("foretold") {
    taking_bench b(2);
    b.source.ends = false;
    b.start();
    b.batch->take(total_known{7});
    add(b);
    add(b);
    CHECK(b.seen.totals == std::vector<std::uint64_t>{7, 8, 9});
    b.batch->take(stop_asked{stop_request::kill, "test"});
    b.run_out();
  }
  SECTION("read to the end") {
    taking_bench b(2);
    b.start();
    add(b);
    CHECK(b.seen.totals == std::vector<std::uint64_t>{3});
    b.batch->take(stop_asked{stop_request::kill, "test"});
    b.run_out();
  }
  SECTION("not known") {
    taking_bench b(2);
    b.source.ends = false;
    b.start();
    add(b);
    CHECK(b.seen.totals.empty());
    b.batch->take(stop_asked{stop_request::kill, "test"});
    b.run_out();
  }
}
