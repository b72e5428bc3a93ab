// May a job start? Decided with passed times: no clock, no loop, no process.
#include "batch/start_gate.hpp"
#include "batch/start_claims.hpp"

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
  bool lets_start(const job_spec&, time_point) override { return free > 0; }
  void started(const job_spec&, time_point) override { --free; }
  void ended(const job_spec&) override { ++free; }

  int free;
};

/// Says no, but for a job that would run alone.
class never final : public start_holder {
 public:
  std::string_view reason() const override { return "want of memory"; }
  bool lets_one_run() const override { return true; }
  bool lets_start(const job_spec&, time_point) override { return false; }
};

job_spec claiming(std::uint64_t memory, double cpus = 0, unsigned gpus = 0) {
  job_settings settings;
  settings.claims = {memory, cpus, gpus};
  job_spec job;
  job.settings = std::make_shared<const job_settings>(settings);
  return job;
}

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
  for (int i = 0; i < 3; ++i) CHECK(gate.pass({}, at(0s)));
  CHECK(gate.held_by().empty());
  CHECK_FALSE(gate.asks_again());
}

TEST_CASE("two starts are apart by the pause, and who waits starts in order") {
  start_gate gate;
  start_pause pause(1s);
  comers jobs;
  gate.add(pause);
  CHECK(gate.pass({}, at(0s)));
  CHECK_FALSE(gate.pass({}, at(999ms)));
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
  CHECK_FALSE(gate.pass({}, at(5s)));
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
  CHECK_FALSE(gate.pass({}, at(0s)));
  const auto& first = jobs.wait_at(gate);
  const auto& second = jobs.wait_at(gate);
  CHECK(gate.held_by() == "lack of room for processes");
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
  CHECK(gate.pass({}, at(0s)));
  CHECK_FALSE(gate.pass({}, at(0s)));
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
  gate.ended({});
  gate.open(at(3s));
  CHECK(third.passed);
  gate.ended({});
  gate.ended({});
  CHECK(make.free == 2);
}

TEST_CASE("who may not start any more leaves the gate without having started") {
  start_gate gate;
  tokens make(0);
  comers jobs;
  gate.add(make);
  CHECK_FALSE(gate.pass({}, at(0s)));
  auto& first = jobs.wait_at(gate);
  const auto& second = jobs.wait_at(gate);
  first.job.follows_up = true;
  gate.send_away([](const job_record& job) { return !job.follows_up; });
  CHECK(gate.waiting() == 1);
  CHECK_FALSE(second.passed);
  gate.ended({});
  gate.open(at(0s));
  CHECK(first.passed);
}

TEST_CASE("one job always runs where a holder does not forbid it, and no second one beside it") {
  start_gate gate;
  never enough;
  comers jobs;
  gate.add(enough);
  CHECK(gate.pass({}, at(0s)));
  CHECK_FALSE(gate.pass({}, at(0s)));
  const auto& second = jobs.wait_at(gate);
  CHECK(gate.held_by() == "want of memory");
  gate.open(at(1s));
  CHECK_FALSE(second.passed);
  gate.ended({});
  gate.open(at(1s));
  CHECK(second.passed);
}

TEST_CASE("jobs start while what they claim fits, and one that claims too much runs alone") {
  start_gate gate;
  start_claims claims({.memory = 5000, .cpus = 2});
  gate.add(claims);
  const job_spec small = claiming(2048);
  const job_spec busy = claiming(0, 1.5);
  const job_spec huge = claiming(9000);
  CHECK(gate.pass(small, at(0s)));
  CHECK(gate.pass(small, at(0s)));
  CHECK_FALSE(gate.pass(small, at(0s)));
  CHECK(gate.held_by().empty());  // none waits there
  CHECK(claims.reason() == "claims of memory (needs 2K, 904 free)");
  CHECK(gate.pass(busy, at(0s)));
  CHECK_FALSE(gate.pass(busy, at(0s)));
  CHECK(claims.reason() == "claims of CPUs (needs 1.5, 0.5 free)");
  CHECK(gate.pass(claiming(0), at(0s)));  // claims nothing
  gate.ended(busy);
  CHECK(gate.pass(busy, at(0s)));
  for (const job_spec& each : {small, small, busy}) gate.ended(each);
  CHECK_FALSE(gate.pass(huge, at(0s)));
  gate.ended(claiming(0));
  CHECK(gate.pass(huge, at(0s)));
  CHECK_FALSE(gate.pass(small, at(0s)));
  gate.ended(huge);
  CHECK(gate.pass(small, at(0s)));
}

TEST_CASE("a job waits for GPUs that others have, but not for some that there are not") {
  start_gate gate;
  start_claims claims({.memory = 5000, .gpus = 3});
  gate.add(claims);
  const job_spec two = claiming(0, 0, 2);
  CHECK(gate.pass(two, at(0s)));
  CHECK_FALSE(gate.pass(two, at(0s)));
  CHECK(claims.reason() == "claims of GPUs (needs 2, 1 free)");
  CHECK(gate.pass(claiming(0, 0, 1), at(0s)));
  CHECK(gate.pass(claiming(0, 0, 4), at(0s)));
  gate.ended(claiming(0, 0, 4));
  gate.ended(two);
  CHECK(gate.pass(two, at(0s)));
}

TEST_CASE("fractions of CPUs add up without a rest") {
  start_gate gate;
  start_claims claims({.memory = 0, .cpus = 1});
  gate.add(claims);
  for (int i = 0; i < 10; ++i) CHECK(gate.pass(claiming(0, 0.1), at(0s)));
  CHECK_FALSE(gate.pass(claiming(0, 0.1), at(0s)));
  CHECK(gate.pass(claiming(1'000'000), at(0s)));  // how much memory there is is not known
}

TEST_CASE("a job that has the terminal starts when no other runs, and no other beside it") {
  const auto having = [](bool foreground) {
    process_settings process;
    process.foreground = foreground;
    job_settings own;
    own.process = std::make_shared<const process_settings>(process);
    job_spec job;
    job.settings = std::make_shared<const job_settings>(own);
    return job;
  };
  start_gate gate;
  start_alone alone;
  gate.add(alone);
  CHECK(gate.pass(claiming(0), at(0s)));
  CHECK(gate.pass(having(false), at(0s)));
  CHECK_FALSE(gate.pass(having(true), at(0s)));
  gate.ended(claiming(0));
  CHECK_FALSE(gate.pass(having(true), at(0s)));
  gate.ended(having(false));
  CHECK(gate.pass(having(true), at(0s)));
  CHECK_FALSE(gate.pass(having(false), at(0s)));
  CHECK_FALSE(gate.pass(having(true), at(0s)));
  gate.ended(having(true));
  CHECK(gate.pass(having(false), at(0s)));
}
