#include "process/local_attempt.hpp"
#include "support/catch.hpp"
#include "support/descriptors.hpp"
#include "support/test_space.hpp"

#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>

#include <sys/wait.h>

using namespace weir;
using namespace std::chrono_literals;

namespace {

struct kept_output final : output_sink {
  flow write(output_stream, std::span<const char> bytes) override {
    text.append(bytes.data(), bytes.size());
    return flow::more;
  }
  int splice_file(output_stream) override { return -1; }
  flow spliced(output_stream, std::size_t) override { return flow::more; }
  std::string text;
};

struct attempt_fixture {
  boost::asio::io_context loop{1};
  timer_queue timers{loop.get_executor()};
  local_executor_settings settings;
  test::test_space space;
  job_spec job;
  kept_output kept;
  output_sink* sink = nullptr;  ///< null: it inherits our output
  std::optional<local_site> site;
  std::optional<local_attempt> attempt;
  test::task task;

  attempt_fixture() {
    settings.close_timeout = 300ms;
    site.emplace(loop.get_executor(), timers, settings);
  }
  /// An attempt of the helper program with these verbs.
  void make(std::initializer_list<std::string_view> verbs, job_settings of_job = {},
            std::optional<duration> timeout = std::nullopt) {
    job.argv = {WEIR_TEST_CHILD};
    for (const auto verb : verbs) job.argv.push_back(verb);
    make_as_it_is(std::move(of_job), timeout);
  }
  void make_as_it_is(job_settings of_job = {}, std::optional<duration> timeout = std::nullopt) {
    job.seq = 1;
    job.settings = std::make_shared<job_settings>(std::move(of_job));
    attempt.emplace(*site, attempt_request{job, 1, 1, timeout, sink});
  }
  void begin_waiting() {
    task.done = false;
    task.start(loop, attempt->wait());
    test::run_ready(loop);
  }
  void wait_for_room() {
    attempt->no_room();
    begin_waiting();
    CHECK_FALSE(task.done);
    attempt->room_again();
    test::run_ready(loop);
    CHECK(task.done);
  }
  attempt_result join() {
    test::run_until(loop, [&] { return task.done; });
    return attempt->result();
  }
  void run_until_there(const std::string& file) {
    test::run_until(loop, [&] { return space.exists(file); });
  }
  static bool has_children() { return ::waitpid(-1, nullptr, WNOHANG) != -1; }
};

}  // namespace

TEST_CASE_METHOD(attempt_fixture, "an attempt has a process from its start to its end") {
  make({"exit", "3"});
  CHECK(site->running() == 0);
  CHECK_FALSE(attempt->start());
  CHECK(site->running() == 1);
  begin_waiting();
  CHECK(join().how == outcome(exited{3}));
  CHECK(site->running() == 0);
  CHECK_FALSE(has_children());
}

TEST_CASE_METHOD(attempt_fixture, "a start that fails says why, and leaves nothing behind") {
  job.argv = {"no-such-program-anywhere"};
  make_as_it_is();
  const auto why = attempt->start();
  CHECK(why == spawn_failed{ENOENT, "no-such-program-anywhere"});
  attempt->fail(*why);
  CHECK(attempt->result().how == outcome(*why));
  CHECK_FALSE(has_children());
}

TEST_CASE_METHOD(attempt_fixture, "an input that is not there is the reason, not the program") {
  job_settings reading;
  reading.input = file_input{space.path("missing")};
  make({"exit", "0"}, reading);
  CHECK(attempt->start() == spawn_failed{ENOENT, space.path("missing"), "stdin"});
}

TEST_CASE_METHOD(attempt_fixture, "an attempt that waits for room is started when there is some") {
  make({"exit", "4"});
  wait_for_room();
  CHECK_FALSE(attempt->end_asked());
  CHECK_FALSE(attempt->start());
  begin_waiting();
  CHECK(join().how == outcome(exited{4}));
}

TEST_CASE_METHOD(attempt_fixture, "an attempt that is ended while it waits for room never runs") {
  make({"exit", "4"});
  attempt->no_room();
  begin_waiting();
  attempt->end(ending::terminate);
  test::run_ready(loop);
  CHECK(task.done);
  CHECK(attempt->end_asked());
  attempt->room_again();
  CHECK(attempt->result().how == outcome(cancelled{false}));
}

TEST_CASE_METHOD(attempt_fixture, "a program that is being written is worth another start") {
  const std::string program = space.path("program");
  std::filesystem::copy_file(WEIR_TEST_CHILD, program);
  job.argv = {program, "exit", "5"};
  make_as_it_is();
  {
    const test::owned_fd writing(::open(program.c_str(), O_RDWR | O_CLOEXEC));
    CHECK_FALSE(attempt->start());
    begin_waiting();
    test::run_until(loop, [&] { return task.done; });
    CHECK(attempt->text_was_busy());
    attempt->start_again();
  }
  const bool starts = GENERATE(true, false);
  if (starts) {
    if (GENERATE(true, false)) wait_for_room();
    CHECK_FALSE(attempt->start());
    begin_waiting();
    CHECK(join().how == outcome(exited{5}));
  } else {
    attempt->end(ending::terminate);
    CHECK(attempt->end_asked());
    CHECK(attempt->result().how == outcome(cancelled{false}));
  }
}

TEST_CASE_METHOD(attempt_fixture, "an attempt that is destroyed leaves no process behind") {
  make({"touch", space.path("ready"), "forever"});
  CHECK_FALSE(attempt->start());
  run_until_there("ready");
  attempt.reset();
  CHECK_FALSE(has_children());
  CHECK(site->running() == 0);
}

TEST_CASE_METHOD(attempt_fixture,
                 "a limit that is set while an attempt runs counts from its start") {
  make({"touch", space.path("ready"), "forever"});
  CHECK_FALSE(attempt->start());
  begin_waiting();
  run_until_there("ready");
  attempt->limit_time(1h);
  attempt->limit_time(1ns);
  CHECK(join().how == outcome(timed_out{1ns}));
}

TEST_CASE_METHOD(attempt_fixture, "no time of an attempt passes while its timers are paused") {
  sink = &kept;
  make({"wait-for", space.path("go"), "say", "x", "wait-for", space.path("on"), "exit", "6"}, {},
       20ms);
  timers.pause();
  CHECK_FALSE(attempt->start());
  begin_waiting();
  bool passed = false;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock> other(loop, 40ms);
  other.async_wait([&](const boost::system::error_code&) { passed = true; });
  test::run_until(loop, [&] { return passed; });
  space.write("go", "");
  // Also when something else happens meanwhile.
  test::run_until(loop, [&] { return kept.text == "x\n"; });
  CHECK_FALSE(attempt->end_asked());
  space.write("on", "");
  CHECK(join().how == outcome(exited{6}));
}

TEST_CASE_METHOD(attempt_fixture,
                 "an attempt that has ended by itself when its time is over did that") {
  make({"wait-for", space.path("go"), "exit", "7"});
  CHECK_FALSE(attempt->start());
  // Both are due in one turn, in which nobody has looked at the process yet.
  timer_queue::timer first;
  timers.schedule(first, 0ns, [&] {
    space.write("go", "");
    test::test_space::eventually([&] {
      siginfo_t info{};
      ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
      return info.si_pid != 0;
    });
  });
  attempt->limit_time(0ns);
  begin_waiting();
  CHECK(join().how == outcome(exited{7}));
}
