// A whole run with an executor that is no process: what the simulation and other machines stand on.
#include <map>
#include <optional>

#include <fcntl.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <weir/run.hpp>

#include "loop/completion.hpp"
#include "support/catch.hpp"
#include "support/descriptors.hpp"

using namespace weir;

namespace {

/// Says each argument of a job to its stdout and ends by itself, or when the test or a stop says
/// so.
class fake_executor final : public executor {
 public:
  explicit fake_executor(boost::asio::io_context& l) : loop(l) {}

  struct attempt final : running_attempt {
    void end(ending) override { finish(cancelled{true}); }
    void suspend() override {}
    void resume() override {}
    void limit_time(duration) override {}
    void abandon() override {}
    void finish(outcome o) {
      how = std::move(o);
      over.complete();
    }
    outcome how;
    completion over;
  };

  void report_to(inbox& to) override { told = &to; }
  awaitable<attempt_result> run(attempt_request request, running_attempt*& handle) override {
    attempt mine;
    handle = &mine;
    running[request.job.seq] = &mine;
    most = std::max(most, running.size());
    for (const std::string& word : request.job.argv.to_vector())
      if (request.sink != nullptr) request.sink->write(output_stream::out, word);
    if (ends) boost::asio::post(loop, [&] { mine.finish(exited{0}); });
    co_await mine.over.wait();
    running.erase(request.job.seq);
    attempt_result result;
    result.how = mine.how;
    co_return result;
  }
  awaitable<leftovers> end_leftovers(bool unknown_too, duration grace) override {
    ended_unknown = unknown_too;
    grace_of_leftovers = grace;
    co_return left;
  }

  boost::asio::io_context& loop;
  inbox* told = nullptr;
  std::map<std::uint64_t, attempt*> running;
  std::size_t most = 0;
  bool ends = true;
  leftovers left;
  std::optional<bool> ended_unknown;
  duration grace_of_leftovers{};
};

class event_log final : public observer {
 public:
  void on(const event& e) override {
    if (const auto* ended = std::get_if<job_ended>(&e)) ++verdicts[ended->judged];
    if (const auto* wrote = std::get_if<job_output>(&e))
      output.append(wrote->bytes.data(), wrote->bytes.size());
    if (std::holds_alternative<process_stuck>(e)) ++stuck;
    if (const auto* left = std::get_if<process_left>(&e)) living.push_back(left->pid);
  }
  std::map<verdict, int> verdicts;
  std::string output;
  int stuck = 0;
  std::vector<pid_t> living;
};

struct bench {
  bench() {
    options.out = out.value();
    options.err = err.value();
    options.observers = {&seen};
  }

  void add(int count) {
    for (int i = 1; i <= count; ++i) jobs.add({"job", std::to_string(i), "\n"});
  }
  void start() {
    boost::asio::co_spawn(loop, run_batch(jobs, runner, options, inbox),
                          [this](std::exception_ptr e, run_result r) {
                            error = e;
                            result = r;
                          });
    test::run_ready(loop);
  }
  /// A run lets its loop end by itself.
  void run() {
    start();
    loop.restart();
    loop.run_for(std::chrono::seconds(60));
    REQUIRE(result);
    REQUIRE_FALSE(error);
  }

  test::owned_fd out = test::make_file();
  test::owned_fd err = test::make_file();
  boost::asio::io_context loop{1};
  job_list jobs;
  fake_executor runner{loop};
  run_options options;
  run_inbox inbox;
  event_log seen;
  std::exception_ptr error;
  std::optional<run_result> result;
};

}  // namespace

TEST_CASE("a run needs no process: jobs are bounded, and their output goes on in order") {
  bench b;
  b.options.limit = 3;
  b.options.keep_order = true;
  b.add(20);
  b.jobs.finish();
  b.run();
  CHECK(b.result->accepted == 20);
  CHECK(b.result->jobs.succeeded == 20);
  CHECK(b.runner.most == 3);
  std::string expected;
  for (int i = 1; i <= 20; ++i) expected += "job" + std::to_string(i) + "\n";
  CHECK(test::contents(b.out) == expected);
  CHECK(b.seen.verdicts == std::map<verdict, int>{{verdict::succeeded, 20}});
}

TEST_CASE("who wants it is told what jobs write, and it goes on all the same") {
  bench b;
  b.options.observe_output = true;
  b.add(2);
  b.jobs.finish();
  b.run();
  CHECK(b.seen.output == "job1\njob2\n");
  CHECK(test::contents(b.out) == "job1\njob2\n");
}

TEST_CASE("a job may be added while the run goes on") {
  bench b;
  b.start();
  CHECK_FALSE(b.result);
  b.add(1);
  test::run_ready(b.loop);
  CHECK(b.seen.verdicts[verdict::succeeded] == 1);
  CHECK_FALSE(b.result);
  b.jobs.finish();
  test::run_until(b.loop, [&] { return b.result.has_value(); });
  CHECK(b.result->accepted == 1);
}

TEST_CASE("a stop ends what runs, and what has not started never does") {
  bench b;
  b.options.limit = 2;
  b.runner.ends = false;
  b.add(5);
  b.start();
  REQUIRE(b.runner.running.size() == 2);
  b.inbox.stop();
  test::run_until(b.loop, [&] { return b.result.has_value(); });
  CHECK(b.result->stopped);
  CHECK(b.result->jobs.cancelled == 2);
  CHECK(b.result->jobs.not_started == 3);
  b.inbox.stop();  // of no effect any more
}

TEST_CASE("a stop that comes before the run is not forgotten") {
  bench b;
  b.add(5);
  b.inbox.stop();
  b.run();
  CHECK(b.result->stopped);
  CHECK(b.runner.most == 0);
}

TEST_CASE("output that cannot be written is in the result, also when it is the last") {
  bench b;
  const test::owned_fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  b.options.out = full.value();
  b.options.limit = 2;  // held until the job has ended
  b.add(1);
  b.jobs.finish();
  b.run();
  CHECK(b.result->output_error == ENOSPC);
  CHECK(b.result->jobs.succeeded == 1);
}

TEST_CASE("an executor says by itself that it lost output, and the run ends") {
  bench b;
  b.options.limit = 1;
  b.runner.ends = false;
  b.add(3);
  b.start();
  b.runner.told->take(output_failed{EIO, "output of job 1"});
  test::run_until(b.loop, [&] { return b.result.has_value(); });
  CHECK(b.result->output_error == EIO);
  CHECK(b.result->stopped);
}

TEST_CASE("what an executor could not end, and what it leaves, is told") {
  bench b;
  b.runner.left.living = {{1, 41, "sleep 60"}};
  b.runner.left.stuck = {{0, 42, 'D'}};
  b.add(1);
  b.jobs.finish();
  b.run();
  CHECK(b.runner.ended_unknown == false);
  CHECK(b.runner.grace_of_leftovers == b.options.close_timeout);
  CHECK(b.seen.living == std::vector<pid_t>{41});
  CHECK(b.seen.stuck == 1);
  CHECK(b.result->left_alive);
}

TEST_CASE("after a kill leftovers have no grace") {
  bench b;
  b.runner.ends = false;
  b.add(1);
  b.start();
  b.inbox.stop("SIGQUIT", stop_request::kill);
  test::run_until(b.loop, [&] { return b.result.has_value(); });
  CHECK(b.runner.ended_unknown == true);
  CHECK(b.runner.grace_of_leftovers == duration{});
}
