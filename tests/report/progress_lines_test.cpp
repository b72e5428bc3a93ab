#include "support/catch.hpp"

#include "report/messages.hpp"
#include "report/progress_lines.hpp"
#include "sample_events.hpp"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

/// A run without a terminal, looked at as often as it asks for.
struct log_run {
  void advance(double to) {
    while (next <= at(to)) next = progress.tick(next);
  }

  lines printed;
  progress_state state{2, at(0)};
  progress_lines progress{state, at(0), false,
                          [this](std::string_view line) { printed.emplace_back(line); }};
  time_point next = at(0);
};

}  // namespace

TEST_CASE("a run under 30 s leaves no line") {
  log_run r;
  start(r.state, job(1), 1, 0);
  end(r.state, job(1), 1, 5);
  r.advance(29);
  CHECK(r.printed.empty());
}

TEST_CASE("a line every 30 s, and none when nothing has advanced") {
  log_run r;
  accept(r.state, 4);
  r.state.on(total_known{4});
  start(r.state, job(1), 1, 0);
  start(r.state, job(2), 2, 0);
  end(r.state, job(1), 1, 10, verdict::failed);
  r.advance(55);
  CHECK(r.printed == lines{"weir: 1/4 done, 1 failed, 1 running"});
  start(r.state, job(3), 1, 55);
  r.advance(66);
  CHECK(r.printed.size() == 1);
  end(r.state, job(3), 1, 66);
  r.advance(68);
  REQUIRE(r.printed.size() == 2);
  CHECK(r.printed[1].rfind("weir: 2/4 done, 1 failed, 1 running, ETA ", 0) == 0);
  end(r.state, job(2), 2, 69);
  r.advance(90);
  CHECK(r.printed.size() == 2);
  r.advance(100);
  CHECK(r.printed.size() == 3);
}

TEST_CASE("who asks for progress gets a line every 5 s") {
  lines printed;
  progress_state state{2, at(0)};
  progress_lines progress{state, at(0), false,
                          [&](std::string_view line) { printed.emplace_back(line); }, true};
  start(state, job(1), 1, 0);
  end(state, job(1), 1, 1);
  progress.tick(at(4.9));
  CHECK(printed.empty());
  progress.tick(at(5));
  CHECK(printed == lines{"weir: 1 done, 0 running"});
}

TEST_CASE("when nothing ends for a minute, what runs is told once") {
  log_run r;
  start(r.state, shielded(job(1, "slow\x1b[2J")), 1, 0);
  r.advance(300);
  CHECK(r.printed == lines{"weir: no job has ended for 1m; 1 running:",
                           "weir:   slot 1 for 1m: [shield] slow\\x1b[2J"});
  end(r.state, shielded(job(1)), 1, 300);
  start(r.state, job(2, "slow, too"), 1, 300);
  r.advance(400);
  REQUIRE(r.printed.size() == 5);
  CHECK(r.printed[4] == "weir:   slot 1 for 1m: slow, too");
}

TEST_CASE("waiting for input is no standstill of the jobs that start later") {
  log_run r;
  r.advance(500);
  start(r.state, job(1), 1, 500);
  r.advance(550);
  CHECK(r.printed.empty());
  r.advance(570);
  CHECK(r.printed.size() == 2);
}

TEST_CASE("a standstill of many jobs shows twenty") {
  log_run r;
  for (unsigned slot = 1; slot <= 50; ++slot) start(r.state, job(slot), slot, 0);
  r.advance(70);
  REQUIRE(r.printed.size() == 22);
  CHECK(r.printed.back() == "weir:   and 30 more");
}

namespace {

struct heard {
  lines printed;
  messages speaker{false, true, [this](std::string_view line) { printed.emplace_back(line); },
                   [] { return at(10); }};
};

}  // namespace

TEST_CASE("warnings are escaped") {
  heard h;
  h.speaker.on(warning{"CR in \x1b]0;x\a"});
  CHECK(h.printed == lines{"weir: warning: CR in \\x1b]0;x\\x07"});
}

TEST_CASE("stopping is told in words, with its reason and the time left") {
  heard h;
  stop(h.speaker, stop_phase::soft, 12, 2, 70);
  stop(h.speaker, stop_phase::kill, 3, 0, {}, "SIGQUIT");
  stop(h.speaker, stop_phase::gave_up, 1, 0, {}, "");
  stop(h.speaker, stop_phase::running, 1, 0, {}, "--halt soon,fail=1");
  CHECK(
      h.printed ==
      lines{"weir: stopping (SIGINT): waiting for 2 shielded jobs (1m left); "
            "press Ctrl-C again to end them now",
            "weir: stopping (SIGQUIT): killing 3 jobs",
            "weir: giving up: 1 job could not be killed",
            "weir: stopping (--halt soon,fail=1): nothing more starts; waiting for 1 running job; "
            "press Ctrl-C to end it now"});
}

TEST_CASE("keys are spoken of at a terminal only, other signals anywhere") {
  lines printed;
  messages log{false, false, [&](std::string_view line) { printed.emplace_back(line); }};
  stop(log, stop_phase::running, 1, 0, {}, "--halt soon,fail=1");
  stop(log, stop_phase::soft, 2, 0);
  stop(log, stop_phase::soft, 2, 0, {}, "SIGTERM");
  CHECK(printed ==
        lines{"weir: stopping (--halt soon,fail=1): nothing more starts; waiting for 1 running job",
              "weir: stopping (SIGINT): ending 2 jobs",
              "weir: stopping (SIGTERM): ending 2 jobs; send two more signals to kill them"});
}

TEST_CASE("that no job is running is told only of a run that is stopped then") {
  heard h;
  stop(h.speaker, stop_phase::soft, 0, 0);
  CHECK(h.printed == lines{"weir: stopping (SIGINT): nothing more starts"});
  stop(h.speaker, stop_phase::soft, 0, 0);
  CHECK(h.printed.size() == 1);
}

TEST_CASE("that nothing more starts is told once when no job is running") {
  heard h;
  stop(h.speaker, stop_phase::soft, 0, 0, {}, "--halt");
  stop(h.speaker, stop_phase::running, 0, 0, {}, "--halt");
  CHECK(h.printed == lines{"weir: stopping (--halt): nothing more starts"});
}
