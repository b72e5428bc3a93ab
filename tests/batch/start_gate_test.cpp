// May a job start? Decided with passed times: no clock, no loop, no process.
#include "batch/start_gate.hpp"

#include <deque>

#include "support/catch.hpp"

using namespace weir;
using namespace std::chrono_literals;

namespace {

start_gate::time_point at(std::chrono::nanoseconds t) {
  return start_gate::time_point(1h + t);
}

/// As make's jobserver: so many tokens, one for each job that runs.
class tokens final : public start_holder {
 public:
  explicit tokens(int count) : free(count) {}
  std::string_view reason() const override { return "make's jobserver"; }
  bool lets_start(time_point) override { return free > 0; }
  void started(time_point) override { --free; }
  void ended() override { ++free; }

  int free;
};

/// Jobs that come to a gate.
struct comers {
  start_gate::turn& wait_at(start_gate& gate) {
    jobs.emplace_back(job_spec{});
    turns.emplace_back(jobs.back());
    gate.wait(turns.back());
    return turns.back();
  }
  std::deque<job_record> jobs;
  std::deque<start_gate::turn> turns;
};

}  // namespace

TEST_CASE("a gate that nobody holds lets every job start") {
  start_gate gate;
  for (int i = 0; i < 3; ++i) CHECK(gate.pass(at(0s)));
  CHECK(gate.held_by().empty());
  CHECK_FALSE(gate.asks_again());
}

TEST_CASE("two starts are apart by the pause, and who waits starts in order") {
  start_gate gate;
  start_pause pause(1s);
  comers jobs;
  gate.add(pause);
  CHECK(gate.pass(at(0s)));
  CHECK_FALSE(gate.pass(at(999ms)));
  const auto& first = jobs.wait_at(gate);
  const auto& second = jobs.wait_at(gate);
  CHECK(gate.held_by() == "--delay");
  CHECK(gate.asks_again() == at(1s));

  gate.open(at(999ms));
  CHECK_FALSE(first.passed);
  gate.open(at(1200ms));
  CHECK(first.passed);
  CHECK_FALSE(second.passed);
  CHECK(gate.asks_again() == at(2200ms));
  // A third one that comes later does not overtake the second.
  CHECK_FALSE(gate.pass(at(5s)));
  gate.open(at(5s));
  CHECK(second.passed);
  CHECK(gate.waiting() == 0);
  CHECK(gate.held_by().empty());
}

TEST_CASE("no job starts while there is no room, and all do when there is some again") {
  start_gate gate;
  start_room room;
  comers jobs;
  gate.add(room);
  room.set_missing(true);
  CHECK_FALSE(gate.pass(at(0s)));
  const auto& first = jobs.wait_at(gate);
  const auto& second = jobs.wait_at(gate);
  CHECK(gate.held_by() == "want of room for processes");
  CHECK_FALSE(gate.asks_again());  // whoever has the room says so
  room.set_missing(false);
  gate.open(at(1s));
  CHECK(first.passed);
  CHECK(second.passed);
}

TEST_CASE("what one holder has is not taken while another says no") {
  start_gate gate;
  tokens make(2);
  start_pause pause(1s);
  comers jobs;
  gate.add(make);
  gate.add(pause);
  CHECK(gate.pass(at(0s)));
  CHECK_FALSE(gate.pass(at(0s)));
  CHECK(make.free == 1);
  const auto& second = jobs.wait_at(gate);
  gate.open(at(1s));
  CHECK(second.passed);
  CHECK(make.free == 0);

  const auto& third = jobs.wait_at(gate);
  gate.open(at(3s));
  CHECK_FALSE(third.passed);
  CHECK(gate.held_by() == "make's jobserver");
  CHECK_FALSE(gate.asks_again());
  gate.ended();
  gate.open(at(3s));
  CHECK(third.passed);
  gate.ended();
  gate.ended();
  CHECK(make.free == 2);
}

TEST_CASE("who may not start any more leaves the gate without having started") {
  start_gate gate;
  tokens make(0);
  comers jobs;
  gate.add(make);
  CHECK_FALSE(gate.pass(at(0s)));
  auto& first = jobs.wait_at(gate);
  const auto& second = jobs.wait_at(gate);
  first.job.follows_up = true;
  gate.send_away([](const job_record& job) { return !job.follows_up; });
  CHECK(gate.waiting() == 1);
  CHECK_FALSE(second.passed);
  gate.ended();
  gate.open(at(0s));
  CHECK(first.passed);
}
