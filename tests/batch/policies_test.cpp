#include "support/catch.hpp"

#include "batch/halt_policy.hpp"
#include "batch/median_timeout.hpp"
#include "batch/retry_policy.hpp"
#include "batch/start_failures.hpp"

using namespace weir;
using namespace std::chrono_literals;
using urgency = halt_rule::urgency;

TEST_CASE("an exit code is judged by what the job calls success") {
  job_settings settings;
  settings.ok = {0, 3};
  settings.skip = {77};
  CHECK(judge(exited{3}, settings) == verdict::succeeded);
  CHECK(judge(exited{77}, settings) == verdict::skipped);
  CHECK(judge(exited{1}, settings) == verdict::failed);
  CHECK(judge(signaled{9, false}, settings) == verdict::failed);
  CHECK(judge(spawn_failed{2, "x"}, settings) == verdict::failed);
  CHECK(judge(cancelled{true}, settings) == verdict::cancelled);
  CHECK(judge(cancelled{false}, settings) == verdict::not_started);
}

TEST_CASE(
    "codes of ok, skip and retry.on are those of a shell, for signals and missing programs too") {
  job_settings settings;
  settings.ok = {0, 143};
  settings.skip = {127, 137};
  settings.retry.times = 1;
  settings.retry.all_failures = settings.retry.on_timeout = false;
  settings.retry.exit_codes = {139};
  CHECK(judge(signaled{15, false}, settings) == verdict::succeeded);
  CHECK(judge(exited{143}, settings) == verdict::succeeded);
  CHECK(judge(signaled{9, false}, settings) == verdict::skipped);
  CHECK(judge(spawn_failed{2, "x"}, settings) == verdict::skipped);
  CHECK(judge(signaled{1, false}, settings) == verdict::failed);
  CHECK(retry_after(signaled{11, true}, 1, settings).has_value());
  CHECK_FALSE(retry_after(signaled{6, true}, 1, settings).has_value());
  settings.ok = {124, 130};
  CHECK(judge(timed_out{1s}, settings) == verdict::failed);
  CHECK(judge(cancelled{true}, settings) == verdict::cancelled);
}

TEST_CASE("a failure is retried as often as asked, and success never") {
  job_settings settings;
  settings.retry.times = 2;
  CHECK(retry_after(exited{1}, 1, settings) == duration{});
  CHECK(retry_after(exited{1}, 2, settings) == duration{});
  CHECK_FALSE(retry_after(exited{1}, 3, settings).has_value());
  CHECK_FALSE(retry_after(exited{0}, 1, settings).has_value());
  CHECK_FALSE(retry_after(cancelled{true}, 1, settings).has_value());
}

TEST_CASE("the pause before a retry doubles up to its bound") {
  job_settings settings;
  settings.retry.times = 9;
  settings.retry.backoff = 1s;
  settings.retry.longest_backoff = 5s;
  CHECK(retry_after(exited{1}, 1, settings) == duration(1s));
  CHECK(retry_after(exited{1}, 3, settings) == duration(4s));
  CHECK(retry_after(exited{1}, 4, settings) == duration(5s));
  CHECK(retry_after(exited{1}, 9, settings) == duration(5s));
}

TEST_CASE("without a bound of its own a pause doubles up to five minutes") {
  job_settings settings;
  settings.retry.times = 20;
  settings.retry.backoff = 100s;
  CHECK(retry_after(exited{1}, 2, settings) == duration(200s));
  CHECK(retry_after(exited{1}, 20, settings) == duration(300s));
  settings.retry.backoff = 1h;
  CHECK(retry_after(exited{1}, 2, settings) == duration(1h));
  settings.retry.backoff = {};
  CHECK(retry_after(exited{1}, 2, settings) == duration{});
}

TEST_CASE("only the failures that are named are retried") {
  job_settings settings;
  settings.retry.times = 1;
  settings.retry.all_failures = false;
  settings.retry.on_timeout = false;
  settings.retry.exit_codes = {75};
  CHECK(retry_after(exited{75}, 1, settings).has_value());
  CHECK_FALSE(retry_after(exited{1}, 1, settings).has_value());
  CHECK_FALSE(retry_after(timed_out{1s}, 1, settings).has_value());
  settings.retry.on_timeout = true;
  CHECK(retry_after(timed_out{1s}, 1, settings).has_value());
}

TEST_CASE("an attempt that was refused is not tried again, whatever else is") {
  job_settings settings;
  settings.retry.times = 1;
  CHECK(retry_after(spawn_failed{EACCES, "program"}, 1, settings).has_value());
  CHECK_FALSE(
      retry_after(spawn_failed{EINVAL, "no such file", "refused"}, 1, settings).has_value());
}

TEST_CASE("jitter leaves between half and all of a pause") {
  CHECK(with_jitter(2s, 0.0) == duration(1s));
  CHECK(with_jitter(2s, 1.0) == duration(2s));
}

TEST_CASE("halt counts the ends that it names") {
  halt_policy policy({urgency::now, halt_rule::event::fail, 2, false});
  CHECK(policy.ended(verdict::failed, false, 10, true) == urgency::never);
  CHECK(policy.ended(verdict::succeeded, false, 10, true) == urgency::never);
  CHECK(policy.ended(verdict::failed, false, 10, true) == urgency::now);
}

TEST_CASE("a failure that is allowed is an end, but no failure to halt for") {
  halt_policy failures({urgency::now, halt_rule::event::fail, 1, false});
  CHECK(failures.ended(verdict::failed, true, 10, true) == urgency::never);
  halt_policy ends({urgency::now, halt_rule::event::done, 1, false});
  CHECK(ends.ended(verdict::failed, true, 10, true) == urgency::now);
}

TEST_CASE("a share of the jobs stops the run once it is reached") {
  halt_policy policy({urgency::soon, halt_rule::event::fail, 10, true});
  CHECK(policy.ended(verdict::failed, false, 20, true) == urgency::never);
  CHECK(policy.ended(verdict::failed, false, 20, true) == urgency::soon);
  halt_policy at_once({urgency::soon, halt_rule::event::fail, 1, true});
  CHECK(at_once.ended(verdict::failed, false, 20, true) == urgency::soon);
}

TEST_CASE("a share stops nothing for the few jobs that an input has had so far") {
  halt_policy policy({urgency::soon, halt_rule::event::fail, 1, true});
  CHECK(policy.ended(verdict::failed, false, 1, false) == urgency::never);
  CHECK(policy.ended(verdict::failed, false, 10, false) == urgency::never);
  CHECK(policy.ended(verdict::failed, false, 100, true) == urgency::soon);
  halt_policy endless({urgency::soon, halt_rule::event::fail, 1, true});
  for (int i = 1; i < 150; ++i)
    CHECK(endless.ended(verdict::failed, false, 15000, false) == urgency::never);
  CHECK(endless.ended(verdict::failed, false, 15000, false) == urgency::soon);
}

TEST_CASE("jobs that were stopped do not count for halt") {
  halt_policy policy({urgency::soon, halt_rule::event::done, 1, false});
  CHECK(policy.ended(verdict::cancelled, false, 5, true) == urgency::never);
  CHECK(policy.ended(verdict::not_started, false, 5, true) == urgency::never);
  CHECK(policy.ended(verdict::skipped, false, 5, true) == urgency::soon);
}

TEST_CASE("a share of the median is known after three jobs, and follows the latest ones") {
  median_timeout timeout(2.0);
  CHECK_FALSE(timeout.learn(1s));
  CHECK_FALSE(timeout.learn(9s));
  CHECK_FALSE(timeout.limit().has_value());
  CHECK(timeout.learn(3s));
  CHECK(timeout.limit() == duration(6s));
  for (int i = 0; i < 1000; ++i) timeout.learn(10s);
  CHECK(timeout.limit() == duration(20s));
}

TEST_CASE("a median is that of the latest 512 jobs, whatever order they came in") {
  median_timeout timeout(1.0);
  for (int i = 0; i < 512; ++i) timeout.learn(std::chrono::seconds(i % 2 == 0 ? 1 : 5));
  CHECK(timeout.limit() == duration(5s));
  for (int i = 0; i < 257; ++i) timeout.learn(1s);
  CHECK(timeout.limit() == duration(1s));
  for (int i = 0; i < 400; ++i) timeout.learn(7s);
  CHECK(timeout.limit() == duration(7s));
  median_timeout oldest_go(1.0);
  for (int i = 0; i < 512; ++i) oldest_go.learn(i < 300 ? 9s : 1s);
  CHECK(oldest_go.limit() == duration(9s));
  for (int i = 0; i < 100; ++i) oldest_go.learn(1s);
  CHECK(oldest_go.limit() == duration(1s));
}

TEST_CASE("jobs none of which can start are hopeless after three") {
  const outcome missing = spawn_failed{ENOENT, "gzipp"};
  start_failures failures;
  CHECK_FALSE(failures.ended(missing, false));
  CHECK_FALSE(failures.ended(skipped{}, false));
  CHECK_FALSE(failures.ended(missing, false));
  CHECK(failures.ended(missing, false));
}

TEST_CASE("what concerns one job, or soon no longer holds, makes no run hopeless") {
  const auto failure = GENERATE(spawn_failed{E2BIG, "gzip"}, spawn_failed{ETXTBSY, "gzip"},
                                spawn_failed{EINVAL, "no such file", "refused"});
  start_failures failures;
  for (int i = 0; i < 5; ++i) CHECK_FALSE(failures.ended(failure, false));
}

TEST_CASE("a job that ran, failed to start otherwise, or may fail leaves hope for good") {
  const outcome missing = spawn_failed{ENOENT, "gzipp"};
  const auto [other, allowed] = GENERATE(table<outcome, bool>({
      {exited{127}, false},
      {spawn_failed{ENOENT, "bzip"}, false},
      {spawn_failed{EACCES, "gzipp"}, false},
      {spawn_failed{E2BIG, "gzipp"}, false},
      {spawn_failed{ENOENT, "gzipp"}, true},
  }));
  start_failures failures;
  failures.ended(missing, false);
  failures.ended(other, allowed);
  for (int i = 0; i < 5; ++i) CHECK_FALSE(failures.ended(missing, false));
}
