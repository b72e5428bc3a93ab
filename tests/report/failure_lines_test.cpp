#include "support/catch.hpp"

#include "report/failure_lines.hpp"
#include "sample_events.hpp"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

/// Failure lines of a log, with a clock that only tests move.
struct failure_log {
  explicit failure_log(std::chrono::nanoseconds hold = 1s, bool only_unstarted = false)
      : failures([this](std::string_view line) { lines.emplace_back(line); },
                 {.utf8 = true, .hold = hold, .only_unstarted = only_unstarted},
                 [this] { return at(clock); }) {
    failures.wake = [this](time_point when) { woken = when; };
  }

  void fail(const job_spec& j, outcome how = exited{1}, verdict judged = verdict::failed) {
    const auto result = ended_at(clock, std::move(how), 1.5);
    failures.on(job_ended{j, judged, 1, 1, result, ""});
  }

  double clock = 10;
  std::vector<std::string> lines;
  std::optional<time_point> woken;
  failure_lines failures;
};

}  // namespace

TEST_CASE("a log is told in one line which job failed, how, and its command") {
  failure_log log;
  log.fail(job(3, "make x; ls\x1b"));
  CHECK(log.lines.empty());
  REQUIRE(log.woken == at(11));
  CHECK(log.failures.tick(at(10.9)) == at(11));
  CHECK(log.lines.empty());
  CHECK(log.failures.tick(at(11)) == time_point::max());
  CHECK(log.lines ==
        std::vector<std::string>{"weir: job 3 failed: exit 1 after 1.5s: make x; ls\\x1b"});
}

TEST_CASE("a run that is over within the moment leaves its failures to the summary") {
  failure_log log;
  log.fail(job(1));
  CHECK(log.failures.tick(at(10.5)) == at(11));
  CHECK(log.lines.empty());
}

TEST_CASE("without a summary to come a failure is told at once") {
  failure_log log(0s);
  log.fail(job(1, "false"));
  CHECK(log.lines == std::vector<std::string>{"weir: job 1 failed: exit 1 after 1.5s: false"});
}

TEST_CASE("why jobs cannot be started is told once for each reason, escaped") {
  for (const bool only_unstarted : {false, true}) {
    failure_log log(1s, only_unstarted);
    for (const std::uint64_t seq : {1, 2, 3})
      log.fail(job(seq), spawn_failed{ENOENT, seq == 3 ? "x" : "gzi\x1bp"});
    CHECK(log.lines.empty());
    log.failures.tick(at(11));
    CHECK(log.lines == std::vector<std::string>{"weir: job 1 failed: gzi\\x1bp: command not found",
                                                "weir: job 3 failed: x: command not found"});
  }
}

TEST_CASE("where people see that jobs fail, only those are told that could not be started") {
  failure_log log(0s, true);
  log.fail(job(1));
  CHECK(log.lines.empty());
}

TEST_CASE("only failures are told, and none of an earlier run") {
  failure_log log(0s);
  log.fail(job(1), exited{0}, verdict::succeeded);
  log.fail(job(2), cancelled{true}, verdict::cancelled);
  job_spec earlier = job(4);
  earlier.earlier = earlier_run::failed;
  log.fail(earlier);
  CHECK(log.lines.empty());
}

TEST_CASE("a flood of failures is bounded in memory and in the log") {
  failure_log log;
  for (unsigned i = 0; i < 5000; ++i) log.fail(job(i));
  log.failures.tick(at(20));
  CHECK(log.lines.size() == failure_lines::most_lines + 1);
  CHECK(log.lines.back() == "weir: further failures are counted, not listed one by one");
}
