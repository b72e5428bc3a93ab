// How a run is stopped by what comes from outside, on fakes.
#include "support/catch.hpp"

#include "engine_rig.hpp"
#include "support/leaves_memory.hpp"

using namespace weir;
using namespace std::chrono_literals;
using test::bench;

TEST_CASE("shielded jobs are told of while they are waited for, with shields inside of others") {
  bench b(3, {.limit = 3});
  b.runner.obey = false;
  b.source.change = [](job_spec& job, job_settings& settings) { settings.shield = job.seq == 1; };
  b.start();
  for (const auto& [seq, attempt] : b.runner.running) attempt->shield = true;
  b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  CHECK(b.seen.running_at_stop == std::vector{3U});
  CHECK(b.seen.shielded_at_stop == std::vector{3U});
  CHECK(b.seen.waits_at_stop == std::vector{true});
  b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  CHECK(b.seen.shielded_at_stop.back() == 0);
  CHECK_FALSE(b.seen.waits_at_stop.back());
  while (!b.runner.running.empty()) {
    b.runner.running.begin()->second->finish(cancelled{true});
    b.turn();
  }
  b.run_out();
}

TEST_CASE("what may wait for a shielded part is told to end before that") {
  bench b(2, {.limit = 2});
  b.runner.obey = false;
  b.start();
  b.runner.running[1]->shield = true;
  for (int i = 0; i < 2; ++i) b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  // Told twice: as one that is not shielded, then with what is shielded in it.
  CHECK(b.runner.running[1]->asked_before_shields == std::vector<std::size_t>{2});
  while (!b.runner.running.empty()) {
    b.runner.running.begin()->second->finish(cancelled{true});
    b.turn();
  }
  b.run_out();
}

TEST_CASE("the others are ended once the last shielded job has ended") {
  bench b(3, {.limit = 3});
  b.runner.obey = false;
  b.source.change = [](job_spec& job, job_settings& settings) { settings.shield = job.seq < 3; };
  b.start();
  auto* const other = b.runner.running[3];
  b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  b.runner.running[1]->finish(exited{0});
  b.turn();
  CHECK(other->asked.empty());
  b.runner.running[2]->finish(exited{0});
  b.turn();
  CHECK(other->asked == std::vector{ending::terminate});
  other->finish(cancelled{true});
  b.run_out();
}

TEST_CASE("jobs that have a slot and wait to start are not among those that a stop ends") {
  bench b(5, {.limit = 3, .delay = 1h});
  b.start();
  b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  CHECK(b.seen.running_at_stop == std::vector{1U});
  b.run_out();
}

TEST_CASE("a job given up before its second attempt could start counts as one that ran") {
  [[maybe_unused]] const test::leaves_memory abandoned;
  job_settings settings;
  settings.retry.times = 1;
  settings.retry.backoff = 1ns;
  bench b(3, {.limit = 1}, settings);
  b.settings.stop.kill_timeout = 1ms;
  b.runner.obey = false;
  b.start();
  b.runner.running[1]->finish(exited{1});
  const auto waits = [&] {
    const auto told = std::make_shared<waiting_asked::answer>();
    b.batch->take(waiting_asked{9, told});
    return told->jobs.size();
  };
  while (!b.runner.running.contains(2) || waits() < 2) b.loop.run_one();
  b.batch->take(stop_asked{stop_request::kill, "SIGQUIT"});
  b.run_out();
  CHECK(b.result.gave_up);
  CHECK(b.seen.verdicts[1] == verdict::cancelled);
  CHECK(b.seen.verdicts[2] == verdict::cancelled);
  CHECK(b.seen.verdicts[3] == verdict::not_started);
}

TEST_CASE("who ended a job is known: the stop, or somebody who did not want it") {
  bench b(4, {.limit = 2});
  b.start();
  b.batch->take(jobs_unwanted{[](const job_spec& job) { return job.seq % 2 == 1; }, false});
  b.turn();
  b.batch->take(stop_asked{stop_request::interrupt, "SIGINT"});
  b.run_out();
  CHECK(b.seen.outcomes[1] == outcome(cancelled{true, true}));
  CHECK(b.seen.outcomes[2] == outcome(cancelled{true, false}));
  CHECK(b.seen.outcomes[3] == outcome(cancelled{false, true}));
}

TEST_CASE("an end by name is KILL at once where that is asked for") {
  bench b(1, {.limit = 1});
  b.start();
  auto* const job = b.runner.running[1];
  const bool kill = GENERATE(false, true);
  b.batch->take(jobs_unwanted{[](const job_spec&) { return true; }, kill});
  CHECK(job->asked == std::vector{kill ? ending::kill : ending::terminate});
  b.run_out();
}

TEST_CASE("a job that ended before its turn is not told of again, by an answer or by giving up") {
  [[maybe_unused]] const test::leaves_memory abandoned;
  bench b(4, {.limit = 1});
  b.settings.needs = true;
  b.settings.stop.kill_timeout = 1ms;
  b.source.needs_of_last = {{1}};
  b.runner.obey = false;
  b.start();
  b.batch->take(jobs_unwanted{[](const job_spec& job) { return job.seq == 3; }, false});
  REQUIRE(b.seen.ends[3] == 1);
  const auto told = std::make_shared<waiting_asked::answer>();
  b.batch->take(waiting_asked{9, told});
  REQUIRE(told->jobs.size() == 2);
  CHECK(told->jobs[0].seq == 2);
  CHECK(told->jobs[1].seq == 4);
  b.batch->take(stop_asked{stop_request::kill, "SIGQUIT"});
  b.run_out();
  CHECK(b.result.gave_up);
  CHECK(b.seen.ends.size() == 4);
  for (const auto& [seq, ends] : b.seen.ends) CHECK(ends == 1);
}

// A supervisor that stops weir may send its signal to all processes, and the jobs die first.

TEST_CASE(
    "a job that dies of the signal that then stops the run is cancelled, and nothing follows") {
  const auto how = GENERATE(outcome(signaled{15, false}), outcome(signaled{1, false}),
                            outcome(signaled{2, false}), outcome(exited{143}));
  job_settings settings;
  settings.retry.times = 1;
  bench b(3, {.limit = 2, .halt = {halt_rule::urgency::now, halt_rule::event::fail, 1}}, settings);
  b.runner.ended_in = 0s;
  b.start();
  b.runner.running[1]->finish(how);
  b.turn();
  CHECK(b.seen.ends.empty());
  CHECK(b.runner.started == 2);
  b.batch->take(stop_asked{stop_request::terminate, "SIGTERM"});
  b.run_out();
  const auto* const killed = std::get_if<signaled>(&how);
  const int signal = killed != nullptr ? killed->signal : 0;
  CHECK(b.seen.outcomes[1] == outcome(cancelled{true, false, signal, true}));
  CHECK(b.seen.verdicts[2] == verdict::cancelled);
  CHECK(b.seen.verdicts[3] == verdict::not_started);
  CHECK(b.seen.attempts[1] == 1);
  CHECK(b.runner.started == 2);
}

TEST_CASE(
    "a job that died of such a signal is cancelled, too, if its end is heard after the stop") {
  bench b(2, {.limit = 2});
  b.runner.ended_in = 0s;
  b.runner.obey = false;
  b.start();
  b.batch->take(stop_asked{stop_request::terminate, "SIGTERM"});
  b.runner.running[1]->finish(signaled{15, false});
  b.runner.running[2]->finish(exited{1});
  b.run_out();
  CHECK(b.seen.verdicts[1] == verdict::cancelled);
  CHECK(b.seen.verdicts[2] == verdict::failed);
}

TEST_CASE("a job that dies of such a signal and no stop has failed, and is tried again") {
  job_settings settings;
  settings.retry.times = 1;
  bench b(1, {.limit = 1}, settings);
  b.runner.ended_in = 0s;
  b.runner.immediate = [](const auto&) { return outcome(signaled{15, false}); };
  b.start();
  b.run_out();
  CHECK(b.seen.outcomes[1] == outcome(signaled{15, false}));
  CHECK(b.seen.attempts[1] == 2);
  CHECK(b.runner.started == 2);
}

TEST_CASE("other ends are judged at once: no stop explains them") {
  job_settings settings;
  settings.ok = {143};
  settings.skip = {130};
  bench b(4, {.limit = 4}, settings);
  b.runner.ended_in = 0s;
  b.start();
  b.runner.running[1]->finish(signaled{9, false});
  b.runner.running[2]->finish(exited{1});
  b.runner.running[3]->finish(signaled{15, false});
  b.runner.running[4]->finish(exited{130});
  b.turn();
  CHECK(b.finished);
  CHECK(b.seen.verdicts[1] == verdict::failed);
  CHECK(b.seen.verdicts[3] == verdict::succeeded);
  CHECK(b.seen.verdicts[4] == verdict::skipped);
}

TEST_CASE("where running jobs are let end, only the signal that came with the stop cancels one") {
  bench b(2, {.limit = 2});
  b.runner.ended_in = 0s;
  b.start();
  b.runner.running[1]->finish(signaled{1, false});
  b.turn();
  b.batch->take(stop_asked{stop_request::finish, "SIGHUP"});
  b.turn();
  CHECK(b.seen.verdicts[1] == verdict::cancelled);
  b.runner.ended_in = 1h;
  b.runner.running[2]->finish(signaled{1, false});
  b.run_out();
  CHECK(b.seen.verdicts[2] == verdict::failed);
}

TEST_CASE("a job that dies of such a signal and is then ended by name is cancelled by that") {
  bench b(1, {.limit = 1});
  b.runner.ended_in = 0s;
  b.start();
  b.runner.running[1]->finish(signaled{15, false});
  b.turn();
  b.batch->take(jobs_unwanted{[](const job_spec&) { return true; }, false});
  b.run_out();
  CHECK(b.seen.outcomes[1] == outcome(cancelled{true, true, 15, true}));
}
