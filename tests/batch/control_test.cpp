// What a run is told while it runs, on fakes.
#include "support/catch.hpp"

#include "engine_rig.hpp"

using namespace weir;
using test::bench;

namespace {

using attempt = test::scripted_executor::attempt;

std::string awake(const bench& b) {
  std::string all;
  for (const auto& [seq, one] : b.runner.running)
    if (!one->suspended) all += std::to_string(seq);
  return all;
}

void finish_all(bench& b) {
  b.runner.immediate = [](const auto&) { return exited{0}; };
  while (!b.runner.running.empty()) {
    b.runner.running.begin()->second->finish(exited{0});
    b.turn();
  }
  b.run_out();
}

}  // namespace

TEST_CASE("a new limit lets more jobs start at once, or fewer once others have ended") {
  bench b(6, {.limit = 2});
  b.start();
  CHECK(b.runner.running.size() == 2);
  b.batch->take(limit_set{4});
  b.turn();
  CHECK(b.runner.running.size() == 4);
  b.batch->take(limit_set{1});
  b.turn();
  CHECK(b.runner.running.size() == 4);
  for (const std::uint64_t seq : {1, 2, 3}) b.runner.running[seq]->finish(exited{0});
  b.turn();
  CHECK(b.runner.running.size() == 1);
  b.batch->take(limit_set{std::nullopt});
  b.turn();
  CHECK(b.runner.running.size() == 3);
  finish_all(b);
  CHECK(b.result.jobs.succeeded == 6);
}

TEST_CASE("a paused run starts nothing, and goes on from there") {
  bench b(4, {.limit = 2});
  b.start();
  b.batch->take(starts_paused{true});
  for (const std::uint64_t seq : {1, 2}) b.runner.running[seq]->finish(exited{0});
  b.turn();
  CHECK(b.runner.running.empty());
  CHECK_FALSE(b.finished);
  using texts = std::vector<std::string>;
  CHECK(b.seen.holds == texts{"1 by weir ctl pause", "2 by weir ctl pause"});
  b.batch->take(room_missing{true});
  b.batch->take(start_possible{});
  CHECK(b.seen.holds.back() == "2 by lack of room for processes");
  b.batch->take(room_missing{false});
  CHECK(b.seen.holds.back() == "2 by weir ctl pause");
  CHECK(b.seen.holds.size() == 4);
  b.batch->take(starts_paused{false});
  b.turn();
  CHECK(b.runner.running.size() == 2);
  finish_all(b);
  CHECK(b.result.jobs.succeeded == 4);
}

TEST_CASE("unwanted jobs end, are not tried again, and do not start where they have not") {
  job_settings tried_again;
  tried_again.retry.times = 3;
  bench b(5, {.limit = 2}, tried_again);
  b.start();
  const auto found = std::make_shared<std::size_t>();
  b.batch->take(jobs_unwanted{[](const job_spec& job) { return job.seq == 1 || job.seq == 4; },
                              false, found});
  CHECK(*found == 2);
  b.turn();
  CHECK(b.runner.running.contains(3));
  finish_all(b);
  CHECK(b.result.jobs.succeeded == 3);
  CHECK(b.seen.attempts[1] == 1);
  CHECK(b.seen.attempts[4] == 0);
  for (const auto& [seq, ends] : b.seen.ends) CHECK(ends == 1);
  b.batch->take(jobs_unwanted{[](const job_spec&) { return true; }, true, found});
  CHECK(*found == 0);
}

TEST_CASE("what jobs wait for is known of each of them") {
  const auto ask = [](bench& b) {
    const auto told = std::make_shared<waiting_asked::answer>();
    b.batch->take(waiting_asked{10, told});
    std::string all;
    for (const waiting_job& job : told->jobs)
      all +=
          std::to_string(job.seq) + ' ' + std::string(to_string(job.what)) + ": " + job.why + '\n';
    return all;
  };
  job_settings heavy;
  heavy.weight = 2;
  bench b(4, {.limit = 3}, heavy);
  b.start();
  CHECK(ask(b) ==
        "2 weight: 2 slots (2 of 3 taken)\n3 weight: 2 slots (2 of 3 taken)\n"
        "4 weight: 2 slots (2 of 3 taken)\n");
  b.batch->take(starts_paused{true});
  b.runner.running[1]->finish(exited{0});
  b.turn();
  CHECK_THAT(ask(b), Catch::StartsWith("2 gate: weir ctl pause\n3 weight: "));
  b.runner.obey = false;
  b.batch->take(starts_paused{false});
  b.turn();
  b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  CHECK_THAT(ask(b), Catch::StartsWith("3 stop: the run to stop\n"));
  finish_all(b);
  CHECK(ask(b).empty());
}

TEST_CASE("where memory is short the youngest job stops, never the last, and the oldest goes on") {
  bench b(3, {.limit = 3});
  b.start();
  REQUIRE(awake(b) == "123");
  b.batch->take(memory_short{false});
  CHECK(awake(b) == "123");
  b.batch->take(memory_short{true});
  CHECK(awake(b) == "12");
  for (int i = 0; i < 3; ++i) b.batch->take(memory_short{true});
  CHECK(awake(b) == "1");
  b.batch->take(suspended{});
  b.batch->take(resumed{});
  CHECK(awake(b) == "1");
  b.batch->take(memory_short{false});
  CHECK(awake(b) == "12");
  b.batch->take(memory_short{true});
  b.runner.running[1]->finish(exited{0});
  b.turn();
  CHECK(awake(b).empty());
  b.batch->take(memory_short{true});  // somebody has to
  CHECK(awake(b) == "2");
  finish_all(b);
  CHECK(b.result.jobs.succeeded == 3);
}

TEST_CASE("jobs that have a slot and wait to start go by a limit that came meanwhile") {
  bench b(8, {.limit = 4});
  b.start();
  b.batch->take(starts_paused{true});
  for (const std::uint64_t seq : {1, 2, 3, 4}) b.runner.running[seq]->finish(exited{0});
  b.turn();
  b.batch->take(limit_set{2});
  b.batch->take(starts_paused{false});
  b.turn();
  CHECK(b.runner.running.size() == 2);
  CHECK(b.seen.holds.back() == "2 by the limit");
  b.runner.running.begin()->second->finish(exited{0});
  b.turn();
  CHECK(b.runner.running.size() == 2);
  b.batch->take(limit_set{3});
  b.turn();
  CHECK(b.runner.running.size() == 3);
  finish_all(b);
  CHECK(b.result.jobs.succeeded == 8);
}

TEST_CASE("unwanted jobs that need each other end, whatever the end of one means for another") {
  bench b(4, {.limit = 1});
  b.settings.needs = true;
  b.source.change = [](job_spec& job, job_settings&) {
    if (job.seq == 2) job.needs = {{1}};
    if (job.seq == 3) job.needs = {{2, need_on::always}};
    if (job.seq == 4) job.needs = {{2, need_on::always}};
  };
  b.start();
  const auto found = std::make_shared<std::size_t>();
  b.batch->take(jobs_unwanted{[](const job_spec& job) { return job.seq == 2 || job.seq == 3; },
                              false, found});
  CHECK(*found == 2);
  CHECK(b.seen.verdicts[2] == verdict::cancelled);
  CHECK(b.seen.verdicts[3] == verdict::cancelled);
  CHECK(b.seen.ready == std::vector<std::uint64_t>{4});
  finish_all(b);
  CHECK(b.result.jobs.succeeded == 2);
  for (const auto& [seq, ends] : b.seen.ends) CHECK(ends == 1);
}
