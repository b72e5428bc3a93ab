// Faults found by the simulation of runs with workers, each with its story and the seed that first
// showed it; the plans are written out here, since a seed means another history once the drawing
// changes.
#include "simulation/workers/workers_history.hpp"
#include "support/catch.hpp"

namespace simulation::workers {

using namespace std::chrono_literals;

namespace {

planned_worker worker_with(unsigned slots) {
  planned_worker one;
  one.after = 30ms;
  one.slots = slots;
  return one;
}

planned_job job_of(milliseconds longest) {
  planned_job job;
  job.longest = longest;
  return job;
}

plan plan_with(std::vector<planned_worker> workers, std::vector<planned_job> jobs,
               std::vector<world_event> world) {
  plan p;
  p.workers = std::move(workers);
  p.jobs = std::move(jobs);
  p.world = std::move(world);
  p.close_timeout = 2s;
  return p;
}

/// With jobs that take other times and do other things, in 200 ways.
std::string broken_in_any(plan p) {
  std::string how;
  for (std::uint64_t i = 1; i <= 200 && how.empty(); ++i) {
    for (planned_job& job : p.jobs) job.seed += i * 1000;
    const history seen = live_through(p);
    if (seen.found) how = seen.found->rule + ": " + seen.found->how;
  }
  return how;
}

}  // namespace

// Seed 15: jobs whose label no worker had yet waited in the scheduler, also in a run that was being
// stopped, which went on until that worker came, or was asked a third time.
TEST_CASE("a stop does not wait for the worker that a job's label asks for") {
  planned_worker silent = worker_with(4);
  silent.start = beginning::says_nothing;
  silent.labels = {"big"};
  planned_job there = job_of(300ms);
  there.settings.on = "big";
  for (const happening how : {happening::interrupt, happening::terminate})
    CHECK(broken_in_any(plan_with({worker_with(2), silent}, {there, there}, {{4300ms, how, {}, 0}}))
              .empty());
}

// Seed 1000: a job passed the gate since a worker had room for what it claims, and was on its way
// there; the next attempt of another job, which takes over what the last one had, came first, and
// both were placed there. With GPUs, the job would have got none.
TEST_CASE("the next attempt of a job leaves no room for one on its way to the same worker") {
  planned_job large = job_of(300ms);
  large.fails_in_ten = 8;
  large.settings.retry.times = 1;
  large.settings.claims = {1100, 2.5, 2};
  planned_job other = job_of(40s);
  other.settings.claims = {0, 0.5, 1};
  CHECK(broken_in_any(plan_with({worker_with(4)}, {large, other}, {})).empty());
}

// Seed 231: what a worker ended at its second SIGTERM counted as cancelled, though nobody had
// stopped the run, and did not run elsewhere.
TEST_CASE("what a worker ends since it is told twice to stop runs elsewhere") {
  CHECK(broken_in_any(plan_with({worker_with(2), worker_with(2)}, {job_of(40s)},
                                {{1800ms, happening::worker_is_drained, 400ms, 0},
                                 {1800ms, happening::worker_is_drained, 400ms, 1}}))
            .empty());
}

// Seed 482: the network stalled for longer than a worker waits for its run, and for less than the
// run waits for the worker. The worker had ended its jobs, and said so once the network went on:
// they counted as cancelled.
TEST_CASE("what a worker that was cut off has ended is not cancelled") {
  for (const milliseconds lasts : {21'000ms, 24'000ms, 29'000ms, 40'000ms})
    CHECK(broken_in_any(plan_with({worker_with(2), worker_with(2)}, {job_of(40s), job_of(40s)},
                                  {{2200ms, happening::network_stalls, lasts, 0}}))
              .empty());
}

// Seed 3194: a shielded job lost its worker, waited for room on another, and started there after a
// stop had come.
TEST_CASE("a shielded job that waits for another worker does not start after a stop") {
  planned_job wide = job_of(5s);
  wide.settings.weight = 3;
  planned_job shielded = job_of(5s);
  shielded.settings.shield = true;
  plan p =
      plan_with({worker_with(4), worker_with(3)}, {wide, shielded},
                {{930ms, happening::worker_dies, {}, 0}, {1500ms, happening::terminate, {}, 0}});
  CHECK(broken_in_any(p).empty());
}

TEST_CASE("a seed is one history of a run with workers") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const history once = live_through(draw(seed), true);
    const history again = live_through(draw(seed), true);
    CHECK_FALSE(once.found);
    CHECK(once.trace == again.trace);
  }
}

}  // namespace simulation::workers
