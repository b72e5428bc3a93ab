// Runs that end because no job of theirs can start.
#include <cerrno>

#include "engine_rig.hpp"
#include "support/catch.hpp"

using namespace test;

namespace {

struct hopeless_bench : bench {
  explicit hopeless_bench(std::uint64_t jobs) : bench(jobs) {
    settings.limit = 1;
    settings.end_hopeless = true;
    runner.immediate = [](const auto&) { return outcome(spawn_failed{ENOENT, "program"}); };
  }

  /// \returns attempts that there were.
  unsigned run() {
    start();
    source.close();
    turn();
    return runner.started;
  }
};

}  // namespace

TEST_CASE("three jobs that cannot start end a run of the same program") {
  hopeless_bench b(10);
  CHECK(b.run() == 3);
  CHECK(b.result.stopped);
  CHECK(b.seen.verdicts[3] == verdict::failed);
  CHECK(b.seen.verdicts[4] == verdict::not_started);
}

TEST_CASE("jobs that cannot start end no run that did not ask for it") {
  hopeless_bench b(10);
  b.settings.end_hopeless = false;
  CHECK(b.run() == 10);
}

TEST_CASE("three jobs that cannot start leave hope where another differs in what it executes") {
  hopeless_bench b(10);
  const auto change = GENERATE(
      as<std::function<void(job_spec&, job_settings&)>>{},
      [](job_spec& job, job_settings&) {
        job.argv = {"other", "8"};
      },
      [](job_spec&, job_settings& s) { s.dir = "/elsewhere"; },
      [](job_spec&, job_settings& s) {
        s.env = {{"PATH", "/opt"}};
      });
  b.source.change = [&](job_spec& job, job_settings& settings) {
    if (job.seq == 8) change(job, settings);
  };
  CHECK(b.run() == 10);
  CHECK_FALSE(b.result.stopped);
}

TEST_CASE("lines still to come may be anything, unless all have the same program") {
  hopeless_bench b(5);
  b.source.ends = false;
  b.settings.one_program = GENERATE(false, true);
  CHECK(b.run() == (b.settings.one_program ? 3 : 5));
}

TEST_CASE("jobs that may fail show nothing about the others") {
  hopeless_bench b(6);
  b.source.change = [](job_spec&, job_settings& settings) { settings.allow_failure = true; };
  CHECK(b.run() == 6);
}

TEST_CASE("a halt that comes with the last hope is the reason of the stop") {
  hopeless_bench b(10);
  b.settings.halt = {halt_rule::urgency::soon, halt_rule::event::fail, 3, false};
  std::string reason;
  b.seen.then = [&](const event& e) {
    if (const auto* stop = std::get_if<stop_changed>(&e)) reason = stop->reason;
  };
  CHECK(b.run() == 3);
  CHECK(reason == "--halt");
  CHECK(b.seen.phases.size() == 1);
}

TEST_CASE("jobs that were skipped or stopped say nothing about whether others can start") {
  start_failures failures;
  const outcome missing = spawn_failed{ENOENT, "gzipp"};
  failures.ended(missing, false);
  failures.ended(cancelled{}, false);
  failures.ended(skipped{"needs a, which failed"}, false);
  failures.ended(missing, false);
  CHECK(failures.ended(missing, false));
}
