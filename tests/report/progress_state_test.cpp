#include "support/catch.hpp"

#include "report/progress_state.hpp"
#include "sample_events.hpp"

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;

namespace {

double seconds(std::chrono::nanoseconds d) {
  return std::chrono::duration<double>(d).count();
}

/// `waves` times `limit` jobs of `each` seconds, back to back.
void run_waves(progress_state& state, unsigned limit, unsigned waves, double each) {
  for (unsigned w = 0; w < waves; ++w) {
    for (unsigned slot = 1; slot <= limit; ++slot)
      start(state, job(w * limit + slot), slot, w * each);
    for (unsigned slot = 1; slot <= limit; ++slot)
      end(state, job(w * limit + slot), slot, (w + 1) * each);
  }
}

}  // namespace

TEST_CASE("each verdict is counted once and the rest is pending") {
  progress_state state(4, at(0));
  accept(state, 8);
  for (unsigned slot = 1; slot <= 4; ++slot) start(state, job(slot), slot, 0);
  CHECK(state.running() == 4);
  CHECK(state.pending() == 4);
  end(state, job(1), 1, 1);
  end(state, job(2), 2, 1, verdict::failed);
  end(state, job(3), 3, 1, verdict::cancelled);
  drop(state, job(5), verdict::skipped);
  drop(state, job(6));
  CHECK(state.ended().succeeded == 1);
  CHECK(state.ended().failed == 1);
  CHECK(state.ended().cancelled == 1);
  CHECK(state.ended().skipped == 1);
  CHECK(state.ended().not_started == 1);
  CHECK(state.ended().done() == 4);
  CHECK(state.running() == 1);
  CHECK(state.pending() == 2);
}

TEST_CASE("a job that waits for its retry is pending, and ends there without a slot of its own") {
  progress_state state(2, at(0));
  accept(state, 2);
  start(state, job(1), 1, 0);
  const auto result = ended_at(1, exited{3});
  const auto first = job(1);
  state.on(attempt_failed{first, 1, 1, result, 1s});
  CHECK(state.running() == 0);
  CHECK(state.pending() == 2);
  start(state, job(2), 1, 1);
  // Cancelled while it waits: its last slot belongs to job 2 by now.
  end(state, job(1), 1, 2, verdict::cancelled, cancelled{});
  CHECK(state.running() == 1);
  REQUIRE(state.running_jobs(9).size() == 1);
  CHECK(state.running_jobs(9)[0]->seq == 2);
}

TEST_CASE("a second attempt is known as one") {
  progress_state state(2, at(0));
  start(state, job(1), 2, 0, 2);
  CHECK(state.running_jobs(9).at(0)->attempt == 2);
}

TEST_CASE("running jobs come in the order of slots, or the oldest when there is no room for all") {
  progress_state state(3, at(0));
  start(state, job(1, "young"), 1, 5);
  start(state, job(2, "old"), 2, 1);
  start(state, job(3, "middle"), 3, 3);
  const auto all = state.running_jobs(3);
  CHECK(all[0]->title() == "young");
  CHECK(all[2]->title() == "middle");
  const auto two = state.running_jobs(2);
  REQUIRE(two.size() == 2);
  CHECK(two[0]->title() == "old");
  CHECK(two[1]->title() == "middle");
}

TEST_CASE("a title is the name, the text or the quoted arguments, and never long") {
  progress_state state(3, at(0));
  job_spec named = job(1, "text");
  named.name = "lint";
  start(state, named, 1, 0);
  job_spec words = job(2, "");
  words.argv = {"echo", "a b", ""};
  start(state, words, 2, 0);
  start(state, job(3, std::string(100000, 'x')), 3, 0);
  const auto jobs = state.running_jobs(3);
  CHECK(jobs[0]->title() == "lint");
  CHECK(jobs[1]->title() == "echo 'a b' ''");
  CHECK(jobs[2]->title().size() <= 256);
}

TEST_CASE("the total is unknown until someone says it") {
  progress_state state(2, at(0));
  accept(state, 3);
  CHECK_FALSE(state.total());
  state.on(input_ended{3});
  CHECK(state.total() == 3U);
}

TEST_CASE("there is no estimate before two jobs and a second, nor without a total") {
  progress_state state(2, at(0));
  accept(state, 100);
  start(state, job(1), 1, 0);
  end(state, job(1), 1, 0.5);
  start(state, job(2), 1, 0.5);
  end(state, job(2), 1, 0.9);
  CHECK_FALSE(state.eta(at(2)));
  state.on(total_known{100});
  CHECK_FALSE(state.eta(at(0.95)));
  CHECK(state.eta(at(2)));
}

TEST_CASE("there is no estimate while nothing runs and starts are held up") {
  progress_state state(2, at(0));
  state.on(total_known{100});
  accept(state, 100);
  for (unsigned seq = 1; seq <= 2; ++seq) {
    start(state, job(seq), seq, 0);
    end(state, job(seq), seq, 1);
  }
  state.on(starts_held{2, "weir ctl pause"});
  CHECK_FALSE(state.eta(at(2)));
  state.on(starts_held{2, "--delay"});
  CHECK(state.eta(at(2)));
}

TEST_CASE("with a history of all jobs there is an estimate from the start") {
  progress_state state(2, at(0));
  state.learn_from([](const job_spec& j) -> std::optional<std::chrono::nanoseconds> {
    return j.seq <= 4 ? std::optional(10s * static_cast<int>(j.seq)) : std::nullopt;
  });
  for (unsigned seq = 1; seq <= 4; ++seq) state.on(job_accepted{job(seq)});
  state.on(total_known{4});
  REQUIRE(state.eta(at(0)));
  CHECK(seconds(*state.eta(at(0))) == Approx(50));
  start(state, job(4), 1, 0);
  start(state, job(3), 2, 0);
  CHECK(seconds(*state.eta(at(10))) == Approx(40));  // 30 + 20 of those that run, 30 that wait
  end(state, job(3), 2, 30);
  start(state, job(2), 2, 30);
  drop(state, job(1), verdict::skipped);
  CHECK(seconds(*state.eta(at(35))) == Approx(15));  // the longest that runs
}

TEST_CASE("a job that history does not know takes what the others took") {
  progress_state state(1, at(0));
  state.learn_from([](const job_spec& j) -> std::optional<std::chrono::nanoseconds> {
    return j.seq == 9 ? std::optional<std::chrono::nanoseconds>(100s) : std::nullopt;
  });
  for (unsigned seq = 1; seq <= 9; ++seq) state.on(job_accepted{job(seq)});
  state.on(total_known{9});
  CHECK_FALSE(state.eta(at(0.5)));
  run_waves(state, 1, 4, 10);
  CHECK(seconds(*state.eta(at(40))) == Approx(100 + 4 * 10));
}

TEST_CASE("the estimate is what is left divided by the slots") {
  progress_state state(4, at(0));
  accept(state, 40);
  state.on(total_known{40});
  run_waves(state, 4, 2, 10);
  // 32 jobs of 10 s in 4 slots.
  REQUIRE(state.eta(at(20)));
  CHECK(seconds(*state.eta(at(20))) == Approx(80).epsilon(0.05));
}

TEST_CASE("jobs that wait for a pool are told apart while slots are free") {
  progress_state state(3, at(0));
  job_settings settings;
  settings.pools = {{"db", 1}};
  job_spec held = job(1);
  held.settings = std::make_shared<const job_settings>(settings);
  for (unsigned i = 0; i < 4; ++i) state.on(job_accepted{held});
  accept(state, 3);
  start(state, held, 1, 0);
  CHECK(state.held_by_pools() == 3);
  CHECK(state.held_by_pool() == "db");
  start(state, job(5), 2, 0);
  start(state, job(6), 3, 0);
  CHECK(state.held_by_pools() == 0);  // no slot is free for them either
  end(state, job(6), 3, 1);
  CHECK(state.held_by_pools() == 3);
}

TEST_CASE("a job that needs others waits for its pool from the moment it is ready") {
  progress_state state(3, at(0));
  job_settings settings;
  settings.pools = {{"db", 1}, {"net", 1}};
  job_spec later = job(1);
  later.settings = std::make_shared<const job_settings>(settings);
  later.needs.emplace_back();
  state.on(job_accepted{later});
  CHECK(state.held_by_pools() == 0);
  state.on(job_ready{later, at(1)});
  CHECK(state.held_by_pools() == 1);
  CHECK(state.held_by_pool().empty());
}

TEST_CASE("the estimate is never nothing while a job runs, however long it takes") {
  progress_state state(2, at(0));
  state.on(total_known{4});
  accept(state, 4);
  for (unsigned i = 1; i <= 3; ++i) {
    start(state, job(i), 1, i * 1.0);
    end(state, job(i), 1, i + 1.0);
  }
  start(state, job(4), 1, 4);
  REQUIRE(state.eta(at(4.9)));
  CHECK(seconds(*state.eta(at(4.9))) >= 1);
  CHECK(seconds(*state.eta(at(104))) == Approx(10).epsilon(0.05));
  end(state, job(4), 1, 105);
  CHECK(seconds(*state.eta(at(105))) == 0);
}

TEST_CASE("the estimate falls with the clock between two ends of long jobs") {
  progress_state state(4, at(0));
  accept(state, 12);
  state.on(total_known{12});
  run_waves(state, 4, 1, 60);
  for (unsigned slot = 1; slot <= 4; ++slot) start(state, job(4 + slot), slot, 60);
  CHECK(seconds(*state.eta(at(61))) == Approx(119).epsilon(0.05));
  CHECK(seconds(*state.eta(at(119))) == Approx(61).epsilon(0.05));
}

TEST_CASE("the estimate of the last jobs is not divided by idle slots") {
  progress_state state(4, at(0));
  accept(state, 9);
  state.on(total_known{9});
  run_waves(state, 4, 2, 10);
  start(state, job(9), 1, 20);
  CHECK(seconds(*state.eta(at(22))) == Approx(8).epsilon(0.1));
}

TEST_CASE("what starting jobs costs beside their own time is in the estimate") {
  progress_state state(1, at(0));
  accept(state, 200);
  state.on(total_known{200});
  for (unsigned i = 0; i < 100; ++i) {
    start(state, job(i), 1, i * 0.1);
    end(state, job(i), 1, i * 0.1 + 0.01);
  }
  CHECK(seconds(*state.eta(at(10))) == Approx(10).epsilon(0.05));
}

TEST_CASE("stopping has no estimate, but a countdown that ends at zero") {
  progress_state state(2, at(0), [] { return at(10); });
  accept(state, 40);
  state.on(total_known{40});
  run_waves(state, 2, 2, 5);
  stop(state, stop_phase::soft, 2, 1, 70);
  CHECK_FALSE(state.eta(at(11)));
  CHECK(seconds(*state.stop_time_left(at(11))) == Approx(59));
  CHECK(*state.stop_time_left(at(99)) == 0s);
  CHECK(state.stop_reason() == "SIGINT");
}

TEST_CASE("time does not pass for a job while weir is suspended") {
  double clock = 10;
  progress_state state(2, at(0), [&clock] { return at(clock); });
  start(state, job(1), 1, 4);
  state.on(suspended{});
  CHECK(seconds(state.active(at(500))) == Approx(10));
  clock = 1000;
  state.on(resumed{});
  CHECK(seconds(state.active(at(1001)) - state.running_jobs(1)[0]->started) == Approx(7));
}

TEST_CASE("the countdown stands still while weir is suspended") {
  double clock = 10;
  progress_state state(2, at(0), [&clock] { return at(clock); });
  stop(state, stop_phase::soft, 1, 1, 70);
  state.on(suspended{});
  clock = 100;
  state.on(resumed{});
  CHECK(seconds(*state.stop_time_left(at(101))) == Approx(59));
}

TEST_CASE("the rate is right from the beginning and fades when nothing ends") {
  progress_state state(1, at(0));
  for (unsigned i = 1; i <= 12; ++i) {
    start(state, job(i), 1, (i - 1) * 0.25);
    end(state, job(i), 1, i * 0.25);
  }
  CHECK(state.rate(at(3)) == Approx(4).epsilon(0.1));
  CHECK(state.rate(at(60)) < 0.1);
}

TEST_CASE("shielded jobs that run are counted") {
  progress_state state(2, at(0));
  start(state, shielded(job(1)), 1, 0);
  start(state, job(2), 2, 0);
  CHECK(state.running_shielded() == 1);
  end(state, shielded(job(1)), 1, 1);
  CHECK(state.running_shielded() == 0);
}

TEST_CASE("an event costs far less than a job", "[.benchmark]") {
  progress_state state(16, at(0));
  const job_spec j = job(1, "gzip -9 some/file/name-of-usual-length.log");
  const auto result = ended_at(1);
  constexpr unsigned jobs = 1000000;
  const auto begin = std::chrono::steady_clock::now();
  for (unsigned i = 0; i < jobs; ++i) {
    state.on(job_accepted{j});
    state.on(attempt_started{j, 1, 1 + i % 16, at(i * 1e-5)});
    state.on(job_ended{j, verdict::succeeded, 1, 1 + i % 16, result, ""});
  }
  const auto each = (std::chrono::steady_clock::now() - begin) / jobs;
  WARN(each.count() << " ns per job");
  CHECK(each < 1us);
}
