// What jobs wait for, as a run tells it, on fakes.
#include "support/catch.hpp"

#include "engine_rig.hpp"

using namespace weir;
using test::bench;

namespace {

/// One line for each job that waits, and one for those beyond `most`.
std::string waits(bench& b, std::size_t most = 10) {
  const auto told = std::make_shared<waiting_asked::answer>();
  b.batch->take(waiting_asked{most, told});
  std::string all;
  for (const waiting_job& job : told->jobs)
    all += fmt::format("{} {}: {}\n", job.seq, to_string(job.what), job.why);
  if (told->more > 0) all += fmt::format("{} more\n", told->more);
  return all;
}

void end_all(bench& b) {
  b.batch->take(stop_asked{stop_request::kill, "test"});
  b.run_out();
}

}  // namespace

TEST_CASE("a job waits for a worker with its label, while others go on") {
  bench b(4, {.limit = 4, .labels = {"gpu"}});
  b.source.change = [](job_spec& job, job_settings& settings) {
    if (job.seq <= 2) settings.on = "gpu";
    if (job.seq == 3) settings.on = "any";  // nobody was told of that one
  };
  b.start();
  CHECK(b.runner.running.size() == 2);
  CHECK(waits(b) ==
        "1 label: a worker with the label gpu (none is ready)\n"
        "2 label: a worker with the label gpu (none is ready)\n");
  b.batch->take(label_capacity{"gpu", 1});
  b.turn();
  CHECK(b.runner.running.contains(1));
  CHECK(waits(b) == "2 label: a worker with the label gpu (1 of 1 slots taken)\n");
  b.batch->take(label_capacity{"gpu", std::nullopt});
  b.turn();
  CHECK(b.runner.running.size() == 4);
  CHECK(waits(b).empty());
  end_all(b);
}

TEST_CASE("a job for whose label there is room waits for what the others wait for") {
  bench b(2, {.limit = 1, .labels = {"gpu"}});
  b.source.change = [](job_spec& job, job_settings& settings) {
    if (job.seq == 2) settings.on = "gpu";
  };
  b.start();
  b.batch->take(label_capacity{"gpu", 2});
  CHECK(waits(b) == "2 slot: a slot (1 of 1 taken)\n");
  end_all(b);
}

TEST_CASE("a job waits for units of a pool, and for those before it that wait for some") {
  bench b(5, {.limit = 3, .pools = {{"net", 3}, {"disk", 1}}});
  b.source.change = [](job_spec& job, job_settings& settings) {
    if (job.seq <= 2) settings.pools = {{"net", 2}};
    if (job.seq == 3 || job.seq == 4) settings.pools = {{"net", 1}, {"disk", 1}};
  };
  b.start();
  CHECK(waits(b) ==
        "2 pool: 2 units of pool net (2 of 3 taken)\n"
        "3 turn: its turn: what is free is kept for jobs before it\n"
        "4 turn: its turn: what is free is kept for jobs before it\n");
  b.runner.running[1]->finish(exited{0});
  b.turn();
  CHECK(waits(b) == "4 pool: pool net (3 of 3 taken)\n");
  b.runner.running[2]->finish(exited{0});
  b.turn();
  CHECK(waits(b) == "4 pool: pool disk (1 of 1 taken)\n");
  end_all(b);
}

TEST_CASE("a job with all that it takes but a slot waits for that, and the first are told of") {
  bench b(5, {.limit = 1, .pools = {{"net", 9}}});
  b.source.change = [](job_spec&, job_settings& settings) { settings.pools = {{"net", 1}}; };
  b.start();
  CHECK(waits(b, 2) == "2 slot: a slot (1 of 1 taken)\n3 slot: a slot (1 of 1 taken)\n2 more\n");
  CHECK(waits(b, 0) == "4 more\n");
  end_all(b);
}

TEST_CASE("a job waits for those that it needs, of which the first three are named") {
  engine_settings settings{.limit = 5};
  settings.needs = true;
  bench b(6, settings);
  b.source.needs_of_last = {{1}, {2}, {3}, {4}, {5}};
  b.start();
  CHECK(waits(b) == "6 needs: jobs job 1, job 2, job 3 and 2 more\n");
  for (const std::uint64_t seq : {1, 5}) b.runner.running[seq]->finish(exited{0});
  b.turn();
  CHECK(waits(b) == "6 needs: jobs job 2, job 3, job 4\n");
  b.runner.running[3]->finish(exited{0});
  b.turn();
  CHECK(waits(b) == "6 needs: jobs job 2, job 4\n");
  b.runner.running[2]->finish(exited{0});
  b.turn();
  CHECK(waits(b) == "6 needs: job job 4\n");
  end_all(b);
}

TEST_CASE("where all input is read first, jobs wait for it") {
  engine_settings settings{.limit = 5};
  settings.read_first = true;
  bench b(2, settings);
  b.source.ends = false;
  b.start();
  CHECK(b.runner.started == 0);
  CHECK(waits(b) == "1 input: the rest of the input\n2 input: the rest of the input\n");
  b.source.ends = true;
  end_all(b);
}

TEST_CASE("a job that has been passed over often enough is next, and those behind it wait") {
  job_settings light;
  bench b(60, {.limit = 2}, light);
  b.source.change = [](job_spec& job, job_settings& own) {
    if (job.seq == 2) own.weight = 2;
  };
  b.start();
  std::uint64_t passed = 0;
  while (b.runner.running.size() == 2) {
    REQUIRE(++passed < 50);
    b.runner.running.rbegin()->second->finish(exited{0});
    b.turn();
  }
  const std::uint64_t next = b.runner.started + 2;
  CHECK_THAT(waits(b, 2),
             Catch::StartsWith(fmt::format("2 weight: 2 slots (1 of 2 taken)\n"
                                           "{} turn: its turn: what is free is kept for jobs "
                                           "before it\n",
                                           next)));
  b.runner.running[1]->finish(exited{0});
  b.turn();
  CHECK(b.runner.running.contains(2));
  end_all(b);
}

TEST_CASE("what follows up after a halt waits for what the halt ends") {
  engine_settings settings{.limit = 3};
  settings.needs = settings.read_after_halt = true;
  settings.halt = {halt_rule::urgency::now, halt_rule::event::fail, 1, false};
  bench b(3, settings);
  b.source.needs_of_last = {{1, need_on::failure}};
  b.runner.obey = false;
  b.start();
  b.runner.running[1]->finish(exited{1});
  b.turn();
  CHECK(waits(b) == "3 halt: the jobs that the halt ends\n");
  b.runner.running[2]->finish(cancelled{true});
  b.turn();
  CHECK(waits(b).empty());
  CHECK(b.runner.running.contains(3));
  b.runner.running[3]->finish(exited{0});
  b.run_out();
}

TEST_CASE("a job that is about to run, or rests, waits for nothing") {
  job_settings tried_again;
  tried_again.retry.times = 1;
  tried_again.retry.backoff = 1h;
  bench b(2, {.limit = 1}, tried_again);
  b.start();
  std::string meanwhile = "nobody looked";
  b.batch->look_outside = [&] { meanwhile = waits(b); };
  b.runner.running[1]->finish(exited{1});
  b.turn();
  CHECK(meanwhile.empty());
  CHECK(b.runner.running.contains(2));
  CHECK(waits(b).empty());
  end_all(b);
}

TEST_CASE("each thing that jobs wait for has a word") {
  std::string all;
  for (const auto what : {start_wait::needs, start_wait::slot, start_wait::weight, start_wait::pool,
                          start_wait::label, start_wait::turn, start_wait::gate, start_wait::input,
                          start_wait::halt, start_wait::stop})
    all += std::string(to_string(what)) + ' ';
  CHECK(all == "needs slot weight pool label turn gate input halt stop ");
}
