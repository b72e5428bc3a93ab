// Runs that end because no job of theirs can start.
#include <cerrno>

#include "engine_rig.hpp"
#include "support/catch.hpp"

using namespace test;

namespace {

/// Jobs 1, 2, 3, ...; each may be changed before it is given.
class changed_source final : public source {
 public:
  explicit changed_source(std::uint64_t count) : left(count) {}

  awaitable<std::optional<job_spec>> next() override {
    if (closed || left == 0) {
      if (!ends) co_await never_.wait();
      co_return std::nullopt;
    }
    --left;
    job_spec job;
    job.seq = ++given;
    job.argv = {"prog", std::to_string(given)};
    job_settings settings;
    if (change) change(job, settings);
    job.settings = std::make_shared<const job_settings>(std::move(settings));
    co_return job;
  }
  void close() override {
    closed = true;
    never_.complete();
  }

  std::uint64_t left;
  std::uint64_t given = 0;
  bool ends = true;
  bool closed = false;
  std::function<void(job_spec&, job_settings&)> change;

 private:
  completion never_;
};

struct hopeless_bench {
  explicit hopeless_bench(std::uint64_t jobs) : source(jobs) {
    settings.limit = 1;
    settings.end_hopeless = true;
    runner.immediate = [](const auto&) { return outcome(spawn_failed{ENOENT, "program"}); };
  }

  /// \returns attempts that there were.
  unsigned run() {
    boost::asio::io_context& loop = this->loop;
    batch.emplace(loop.get_executor(), timers, settings, source, runner, output,
                  std::vector<observer*>{&seen});
    boost::asio::co_spawn(loop, batch->run(), [this](std::exception_ptr) {
      result = batch->result();
      timers.stop();
    });
    loop.poll();
    if (!source.ends && !source.closed) {
      source.ends = true;
      source.close();
      loop.poll();
    }
    return runner.started;
  }

  boost::asio::io_context loop{1};
  timer_queue timers{loop.get_executor()};
  engine_settings settings;
  changed_source source;
  scripted_executor runner{loop.get_executor()};
  no_output output;
  recorder seen;
  std::optional<engine> batch;
  run_result result;
};

}  // namespace

TEST_CASE("three jobs that cannot start end a run of the same program") {
  hopeless_bench b(10);
  CHECK(b.run() == 3);
  CHECK(b.result.stopped);
  CHECK(b.seen.verdicts[3] == verdict::failed);
  CHECK(b.seen.verdicts[4] == verdict::not_started);
}

TEST_CASE("jobs that cannot start end no run that did not ask for it") {
  hopeless_bench b(10);
  b.settings.end_hopeless = false;
  CHECK(b.run() == 10);
}

TEST_CASE("three jobs that cannot start leave hope where another differs in what it executes") {
  hopeless_bench b(10);
  const auto change = GENERATE(
      as<std::function<void(job_spec&, job_settings&)>>{},
      [](job_spec& job, job_settings&) {
        job.argv = {"other", "8"};
      },
      [](job_spec&, job_settings& s) { s.dir = "/elsewhere"; },
      [](job_spec&, job_settings& s) {
        s.env = {{"PATH", "/opt"}};
      });
  b.source.change = [&](job_spec& job, job_settings& settings) {
    if (job.seq == 8) change(job, settings);
  };
  CHECK(b.run() == 10);
  CHECK_FALSE(b.result.stopped);
}

TEST_CASE("lines still to come may be anything, unless all have the same program") {
  hopeless_bench b(5);
  b.source.ends = false;
  b.settings.one_program = GENERATE(false, true);
  CHECK(b.run() == (b.settings.one_program ? 3 : 5));
}

TEST_CASE("jobs that may fail show nothing about the others") {
  hopeless_bench b(6);
  b.source.change = [](job_spec&, job_settings& settings) { settings.allow_failure = true; };
  CHECK(b.run() == 6);
}
