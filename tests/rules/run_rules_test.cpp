// That each rule finds what it is against: runs told by hand, with one event that must not be.
#include "rules/run_rules.hpp"

#include <cerrno>
#include <functional>
#include <memory>
#include <utility>

#include "support/catch.hpp"
#include "values/stop_reason.hpp"

using namespace rules;
using namespace weir;
using namespace std::chrono_literals;

namespace {

class stopped_clock final : public time_source {
 public:
  time_point now() const override { return time; }
  wall_time wall_now() const override { return {}; }
  void wait_until(time_point, std::function<void()>) override {}
  void cancel() override {}

  time_point time{1h};
};

class noted_rules final : public run_rules {
 public:
  using run_rules::run_rules;
  std::vector<rule> found;

 private:
  void broken(rule r, std::string) override { found.push_back(r); }
};

/// A run of two slots, unless the test changes that before the first event.
struct told_run {
  engine_settings settings = [] {
    engine_settings two;
    two.limit = 2;
    two.stop.wait_timeout = 60s;
    return two;
  }();
  stopped_clock clock;
  timer_queue timers{clock};
  std::unique_ptr<noted_rules> rules;
  std::vector<std::unique_ptr<job_spec>> jobs;
  std::vector<need> needs;     ///< of the next job
  argument_list argv{"true"};  ///< likewise

  void tell(const event& e) {
    if (!rules) rules = std::make_unique<noted_rules>(settings, timers);
    rules->on(e);
  }
  job_spec& accept(const job_settings& own = {}) {
    auto job = std::make_unique<job_spec>();
    job->seq = jobs.size() + 1;
    job->settings = std::make_shared<const job_settings>(own);
    job->needs = std::exchange(needs, {});
    job->argv = argv;
    tell(job_accepted{*job});
    jobs.push_back(std::move(job));
    return *jobs.back();
  }
  void start(const job_spec& job, unsigned slot, unsigned attempt = 1) {
    tell(attempt_started{job, attempt, slot, clock.now()});
  }
  job_spec& run(unsigned slot, const job_settings& own = {}) {
    job_spec& job = accept(own);
    start(job, slot);
    return job;
  }
  void end(const job_spec& job, verdict judged = verdict::succeeded, outcome how = exited{0},
           unsigned attempts = 1) {
    attempt_result result{};
    result.how = std::move(how);
    tell(job_ended{job, judged, attempts, 1, result, {}});
  }
  void fail(const job_spec& job, duration pause) {
    const attempt_result result{exited{1}, {}, {}, {}, {}};
    tell(attempt_failed{job, 1, 1, result, pause});
  }
  bool breaks(rule r) const { return rules->found == std::vector<rule>{r}; }
  bool breaks_none() const { return rules->found.empty(); }
};

job_settings retried() {
  job_settings settings;
  settings.retry.times = 1;
  settings.retry.backoff = 10s;
  return settings;
}

}  // namespace

TEST_CASE("a run in which all is well breaks no rule") {
  told_run r;
  const job_spec& first = r.run(1);
  const job_spec& second = r.run(2, retried());
  r.end(first);
  r.fail(second, 10s);
  r.clock.time += 10s;
  r.start(second, 1, 2);
  r.end(second, verdict::failed, exited{1}, 2);
  r.tell(input_ended{2});
  run_result result;
  result.accepted = 2;
  result.jobs.count(verdict::succeeded, false);
  result.jobs.count(verdict::failed, false);
  r.rules->run_is_over(result, 1);
  CHECK(r.breaks_none());
}

TEST_CASE("a job has one end") {
  told_run r;
  const job_spec& job = r.run(1);
  r.end(job);
  r.end(job);
  CHECK(r.breaks(rule::one_end));
}

TEST_CASE("a run is over when every job has its end") {
  told_run r;
  r.run(1);
  run_result result;
  result.accepted = 1;
  result.jobs.count(verdict::succeeded, false);
  r.rules->run_is_over(result, 0);
  CHECK(r.breaks(rule::one_end));
}

TEST_CASE("no more jobs run than there are slots, and each has its own") {
  told_run r;
  r.run(1);
  const job_spec& second = r.run(2);
  SECTION("one too many") {
    r.run(3);
    CHECK(r.breaks(rule::limits));
  }
  SECTION("another in its place") {
    r.end(second);
    r.run(2);
    CHECK(r.breaks_none());
  }
  SECTION("one in a place that is taken") {
    r.tell(limit_set{3});
    r.run(2);
    CHECK(r.breaks(rule::limits));
  }
}

TEST_CASE("a pool gives what it has") {
  told_run r;
  r.settings.pools = {{"db", 1}};
  job_settings settings;
  settings.pools = {{"db", 1}};
  r.run(1, settings);
  CHECK(r.breaks_none());
  r.run(2, settings);
  CHECK(r.breaks(rule::limits));
}

TEST_CASE("nothing starts after a stop") {
  told_run r;
  const job_spec& job = r.run(1, retried());
  r.tell(stop_asked{stop_request::interrupt, "SIGINT"});
  SECTION("no job") {
    r.run(2);
  }
  SECTION("no further attempt") {
    r.fail(job, 10s);
  }
  CHECK(r.breaks(rule::stopped));
}

TEST_CASE("a halt comes when it is due, and not before") {
  told_run r;
  r.settings.halt = {halt_rule::urgency::soon, halt_rule::event::fail, 2, false};
  r.end(r.run(1), verdict::failed, exited{1});
  SECTION("too early") {
    r.tell(stop_changed{stop_phase::running, 0, 0, {}, "--halt"});
    CHECK(r.breaks(rule::halt));
  }
  SECTION("not at all") {
    r.end(r.run(1), verdict::failed, exited{1});
    CHECK(r.breaks_none());
    r.run(1);
    CHECK(r.breaks(rule::halt));
  }
}

TEST_CASE("a run gives up when no job can start, and not before") {
  told_run r;
  r.settings.end_hopeless = r.settings.one_program = true;
  const stop_changed gives_up{stop_phase::running, 0, 0, {}, std::string(reason_unstartable)};
  const spawn_failed missing{ENOENT, "program"};
  for (int i = 0; i < 2; ++i) r.end(r.run(1), verdict::failed, missing);
  SECTION("too early") {
    r.tell(gives_up);
    CHECK(r.breaks(rule::halt));
  }
  SECTION("though one could start") {
    r.end(r.run(1));
    r.end(r.run(1), verdict::failed, missing);
    CHECK(r.breaks_none());
    r.tell(gives_up);
    CHECK(r.breaks(rule::halt));
  }
  SECTION("for another reason") {
    r.end(r.run(1), verdict::failed, spawn_failed{EACCES, "program"});
    r.tell(gives_up);
    CHECK(r.breaks(rule::halt));
  }
  SECTION("not at all") {
    r.end(r.run(1), verdict::failed, missing);
    CHECK(r.breaks_none());
    r.run(1);
    CHECK(r.breaks(rule::halt));
  }
  SECTION("when it is due") {
    r.end(r.run(1), verdict::failed, missing);
    r.tell(gives_up);
    CHECK(r.breaks_none());
  }
}

TEST_CASE("a run does not give up because of a program that other jobs do not need") {
  told_run r;
  r.settings.end_hopeless = true;
  r.settings.limit = 4;
  const auto job_with = [&r](const std::string& program) -> job_spec& {
    r.argv = {program};
    return r.accept();
  };
  const std::string last = GENERATE("one", "other");
  std::vector<job_spec*> jobs;
  for (int i = 0; i < 3; ++i) jobs.push_back(&job_with("one"));
  job_with(last);
  r.tell(input_ended{4});
  for (job_spec* each : jobs) {
    r.start(*each, 1);
    r.end(*each, verdict::failed, spawn_failed{ENOENT, "program"});
  }
  CHECK(r.breaks_none());
  r.tell(stop_changed{stop_phase::running, 0, 0, {}, std::string(reason_unstartable)});
  CHECK(r.breaks_none() == (last == "one"));
}

TEST_CASE("a job waits for what it needs") {
  told_run r;
  r.settings.needs = true;
  const job_spec& first = r.run(1);
  r.needs = {{1, need_on::success, 0}};
  const job_spec& second = r.accept();
  SECTION("it starts beside it") {
    r.start(second, 2);
    CHECK_FALSE(r.breaks_none());
  }
  SECTION("it starts although that failed") {
    r.end(first, verdict::failed, exited{1});
    r.start(second, 1);
    CHECK(r.breaks(rule::needs));
  }
  SECTION("it is skipped although that succeeded") {
    r.end(first);
    r.end(second, verdict::skipped, skipped{"needs it"}, 0);
    CHECK(r.breaks(rule::needs));
  }
}

TEST_CASE("a job is tried again as its policy says") {
  told_run r;
  const job_spec& job = r.run(1, retried());
  SECTION("after another pause") {
    r.fail(job, 9s);
    CHECK(r.breaks(rule::retries));
  }
  SECTION("too early") {
    r.fail(job, 10s);
    r.clock.time += 4s;
    r.start(job, 1, 2);
    CHECK(r.breaks(rule::retries));
  }
  SECTION("not at all") {
    r.end(job, verdict::failed, exited{1});
    CHECK(r.breaks(rule::retries));
  }
}

TEST_CASE("one interrupt waits for a shielded job") {
  told_run r;
  job_settings settings;
  settings.shield = true;
  const job_spec& job = r.run(1, settings);
  r.tell(stop_asked{stop_request::interrupt, "SIGINT"});
  SECTION("until its deadline") {
    r.clock.time += 60s;
  }
  SECTION("not so long after a second one") {
    r.tell(stop_asked{stop_request::interrupt, "SIGINT"});
  }
  SECTION("and it dies of a signal from elsewhere") {
    r.end(job, verdict::cancelled, cancelled{true, false, 15, true});
    CHECK(r.breaks_none());
    return;
  }
  SECTION("and it is ended too early") {
    r.clock.time += 59s;
    r.end(job, verdict::cancelled, cancelled{true});
    CHECK(r.breaks(rule::shields));
    return;
  }
  r.end(job, verdict::cancelled, cancelled{true});
  CHECK(r.breaks_none());
}

TEST_CASE("no more shielded jobs are waited for than run") {
  told_run r;
  r.run(1);
  r.tell(stop_asked{stop_request::interrupt, "SIGINT"});
  r.tell(stop_changed{stop_phase::soft, 1, 1, {}, "SIGINT"});
  CHECK(r.breaks_none());
  r.tell(stop_changed{stop_phase::soft, 1, 2, {}, "SIGINT"});
  CHECK(r.breaks(rule::progress));
}

TEST_CASE("what was killed has a moment to die") {
  told_run r;
  r.run(1);
  r.tell(stop_asked{stop_request::kill, "SIGQUIT"});
  r.tell(stop_changed{stop_phase::kill, 1, 0, {}, "SIGQUIT"});
  SECTION("none") {
    r.tell(stop_changed{stop_phase::gave_up, 1, 0, {}, "SIGQUIT"});
    CHECK(r.breaks(rule::deadlines));
  }
  SECTION("some") {
    r.clock.time += 300ms;
    r.tell(stop_changed{stop_phase::gave_up, 1, 0, {}, "SIGQUIT"});
    CHECK(r.breaks_none());
  }
}

TEST_CASE("nothing is dropped for nothing, nor starts while starts are paused") {
  told_run r;
  const job_spec& job = r.accept();
  SECTION("dropped") {
    r.end(job, verdict::not_started, cancelled{}, 0);
    CHECK(r.breaks(rule::progress));
  }
  SECTION("dropped by weir ctl") {
    r.end(job, verdict::cancelled, cancelled{false, true}, 0);
    CHECK(r.breaks_none());
  }
  SECTION("paused") {
    r.tell(controlled{"pause"});
    r.start(job, 1);
    CHECK(r.breaks(rule::control));
  }
}

TEST_CASE("the exit status says what happened") {
  told_run r;
  r.end(r.run(1), verdict::failed, exited{1});
  run_result result;
  result.accepted = 1;
  result.jobs.count(verdict::failed, false);
  r.rules->run_is_over(result, 0);
  CHECK(r.breaks(rule::status));
}
