#include "support/catch.hpp"

#include "report/held_lines.hpp"
#include "sample_events.hpp"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

/// A run without a terminal whose starts are held up, with a clock that only tests move.
struct held_log {
  held_log() {
    held.wake = [this](time_point when) { next = when; };
    tell(total_known{4});
  }

  void tell(const event& e) {
    state.on(e);
    held.on(e);
  }
  void advance(double to) {
    while (next <= at(to)) {
      clock = next;
      next = held.tick(next);
    }
    clock = at(to);
  }

  time_point clock = at(0);
  time_point next = time_point::max();
  std::vector<std::string> printed;
  progress_state state{2, at(0), [this] { return clock; }};
  held_lines held{state, [this](std::string_view line) { printed.emplace_back(line); },
                  [this] { return clock; }};
};

}  // namespace

TEST_CASE("a log is told that a gate holds up a run, after a while and then rarely") {
  held_log r;
  r.tell(starts_held{1, "--gate (x)"});
  r.advance(9.9);
  CHECK(r.printed.empty());
  r.tell(starts_held{2, "--gate (x)"});
  r.advance(59);
  CHECK(r.printed ==
        std::vector<std::string>{"weir: held up for 10s by --gate (x): no job runs, 4 pending"});
  r.advance(60);
  CHECK(r.printed.size() == 2);
  r.advance(24 * 3600);
  CHECK(r.printed.size() < 30);
  CHECK(r.printed.size() > 20);
}

TEST_CASE("a log is told nothing of a gate that opens, of --delay, or while a job runs") {
  held_log r;
  r.tell(starts_held{1, "--load"});
  r.advance(6);
  r.tell(starts_held{0, ""});
  start(r.state, job(1), 1, 6);
  r.held.on(attempt_started{job(1), 1, 1, at(6)});
  r.tell(starts_held{1, "--load"});
  r.advance(100);
  CHECK(r.printed.empty());
  end(r.state, job(1), 1, 100);
  r.tell(total_known{4});
  r.tell(starts_held{1, "--delay"});
  r.advance(200);
  CHECK(r.printed.empty());
  r.tell(starts_held{1, "memory (needs 3G, 2G free)"});
  r.advance(211);
  CHECK(r.printed.size() == 1);
}

TEST_CASE("time in which a run is stopped is no time in which it is held up") {
  held_log r;
  r.tell(starts_held{1, "--gate (x)"});
  r.advance(5);
  r.tell(suspended{});
  r.advance(100);
  r.tell(resumed{});
  r.advance(104);
  CHECK(r.printed.empty());
  r.advance(106);
  CHECK(r.printed.size() == 1);
}
