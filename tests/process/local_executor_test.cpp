#include "process/local_executor.hpp"
#include "support/catch.hpp"
#include "support/descriptors.hpp"
#include "support/leaves_memory.hpp"
#include "support/test_space.hpp"

#include <csignal>
#include <memory>
#include <optional>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

using namespace weir;
using namespace std::chrono_literals;

namespace {

/// Keeps what it is given; says wait when `stalls` is set, and that nobody sees when it is taken
/// when `live` is not.
struct attempt_output final : output_sink {
  flow write(output_stream which, std::span<const char> bytes) override {
    (which == output_stream::out ? out : err).append(bytes.data(), bytes.size());
    ++writes;
    return stalls ? flow::wait : flow::more;
  }
  int splice_file(output_stream) override { return -1; }
  flow spliced(output_stream, std::size_t) override { return flow::more; }
  std::string out;
  std::string err;
  int writes = 0;
  bool is_live() const noexcept override { return live; }
  bool stalls = false;
  bool live = true;
};

/// While it lives, this process can open no more descriptors.
struct no_descriptors {
  no_descriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit lowest = before;
    lowest.rlim_cur = 3;
    ::setrlimit(RLIMIT_NOFILE, &lowest);
  }
  no_descriptors(const no_descriptors&) = delete;
  no_descriptors& operator=(const no_descriptors&) = delete;
  ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before); }
  rlimit before{};
};

class executor_fixture : inbox {
 public:
  executor_fixture() {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    settings_.subreaper = true;
    settings_.close_timeout = 300ms;
    executor_.emplace(loop.get_executor(), timers_, settings_);
  }
  ~executor_fixture() {
    test::test_space::eventually([&] {
      for (const auto& left : executor_->living_leftovers()) ::kill(left.pid, SIGKILL);
      return ::waitpid(-1, nullptr, WNOHANG) == -1;
    });
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
  }

  /// Starts the helper program with these verbs, as a job.
  void start(std::initializer_list<std::string_view> verbs, job_settings settings = {}) {
    job.seq = 1;
    job.argv = {WEIR_TEST_CHILD};
    for (const auto verb : verbs) job.argv.push_back(verb);
    start(std::move(settings));
  }
  void start(job_settings settings = {}) {
    job.settings = std::make_shared<job_settings>(std::move(settings));
    task_.done = false;
    task_.start(loop, attempt());
  }
  attempt_result& join() {
    test::run_until(loop, [&] { return task_.done; });
    task_.rethrow();
    return *result;
  }
  attempt_result& run(std::initializer_list<std::string_view> verbs, job_settings settings = {}) {
    start(verbs, std::move(settings));
    return join();
  }
  void run_until_there(const std::string& file) {
    test::run_until(loop, [&] { return space.exists(file); });
  }
  pid_t pid_in(const std::string& file) { return std::stoi(space.read(file)); }
  static bool lives(pid_t pid) {
    const auto process = read_process(pid);
    return process && process->state != 'Z' && process->state != 'X';
  }

  /// With the settings as they are now.
  void renew() {
    executor_.emplace(loop.get_executor(), timers_, settings_);
    executor_->report_to(*this);
  }
  void take(const notice& what) override {
    if (const auto* unusual = std::get_if<warning>(&what)) told_.push_back(unusual->text);
    if (const auto* room = std::get_if<room_missing>(&what)) room_.push_back(room->now);
  }
  bool is_done() const { return task_.done; }

  local_executor_settings settings_;
  std::vector<std::string> told_;  ///< warnings
  std::vector<bool> room_;         ///< whether it was missing
  boost::asio::io_context loop{1};
  test::test_space space;
  attempt_output sink;
  job_spec job;
  std::optional<duration> timeout;
  std::optional<attempt_result> result;
  running_attempt* handle = nullptr;

 private:
  awaitable<> attempt() { result = co_await executor_->run({job, 1, 1, timeout, &sink}, handle); }

  timer_queue timers_{loop.get_executor()};
  std::optional<local_executor> executor_;
  test::task task_;
};

std::string lines_of_80(std::size_t bytes) {
  std::string text(bytes, 'x');
  for (std::size_t i = 79; i < bytes; i += 80) text[i] = '\n';
  return text;
}

}  // namespace

TEST_CASE_METHOD(executor_fixture, "exit codes and signals come back as they are") {
  CHECK(run({"exit", "0"}).how == outcome(exited{0}));
  CHECK(run({"exit", "9"}).how == outcome(exited{9}));
  CHECK(run({"exit", "127"}).how == outcome(exited{127}));
  CHECK(run({"signal", "9"}).how == outcome(signaled{SIGKILL, false}));
}

TEST_CASE_METHOD(executor_fixture, "a program that cannot be executed is no exit code") {
  job.seq = 1;
  job.argv = {"/nowhere/to/be/found"};
  start();
  CHECK(join().how == outcome(spawn_failed{ENOENT, "/nowhere/to/be/found"}));
  job_settings elsewhere;
  elsewhere.dir = "/nowhere";
  CHECK(run({"exit", "0"}, elsewhere).how == outcome(spawn_failed{ENOENT, "/nowhere", "chdir"}));
}

TEST_CASE_METHOD(executor_fixture, "both streams arrive to the byte") {
  sink.live = GENERATE(true, false);
  const auto& ended = run({"print", "300000", "print-err", "200000", "say", "end"});
  CHECK(ended.how == outcome(exited{0}));
  CHECK(sink.out == lines_of_80(300000) + "end\n");
  CHECK(sink.err == lines_of_80(200000));
  CHECK(ended.bytes == 500004);
  CHECK_FALSE(ended.leaked);
}

TEST_CASE_METHOD(executor_fixture, "what is not live is taken while a job runs, too") {
  sink.live = false;
  start({"print", "300000", "touch", space.path("written"), "say", "more", "wait-for",
         space.path("go"), "say", "end"});
  run_until_there("written");
  test::run_until(loop, [&] { return sink.out == lines_of_80(300000) + "more\n"; });
  space.write("go", "");
  CHECK(join().how == outcome(exited{0}));
  CHECK(sink.out == lines_of_80(300000) + "more\nend\n");
}

TEST_CASE_METHOD(executor_fixture, "a sink that says wait is given nothing until it resumes") {
  sink.live = GENERATE(true, false);
  sink.stalls = true;
  start({"print", "1000000", "touch", space.path("written")});
  test::run_until(loop, [&] { return sink.writes == 1; });
  test::run_ready(loop);
  CHECK(sink.writes == 1);
  CHECK_FALSE(space.exists("written"));  // the job is held, not the memory filled
  while (!space.exists("written")) {
    const int before = sink.writes;
    sink.resume();
    test::run_until(loop, [&] { return sink.writes > before || space.exists("written"); });
  }
  sink.stalls = false;
  if (sink.resume) sink.resume();  // none: all was read, and it is over
  CHECK(join().how == outcome(exited{0}));
  CHECK(sink.out == lines_of_80(1000000));
  CHECK_FALSE(result->leaked);
}

TEST_CASE_METHOD(executor_fixture, "a job over its time is ended, and its output kept") {
  timeout = 50ms;
  const auto& ended = run({"say", "begin", "forever"});
  CHECK(ended.how == outcome(timed_out{50ms}));
  CHECK(sink.out == "begin\n");
}

TEST_CASE_METHOD(executor_fixture, "ending reaches descendants in other sessions and orphans") {
  start({"setsid", "pid", space.path("session"), "forever", "then", "daemon", "pid",
         space.path("daemon"), "forever", "then", "forever"});
  run_until_there("session");
  run_until_there("daemon");
  handle->end(ending::terminate);
  CHECK(join().how == outcome(cancelled{true, false, 15}));
  CHECK_FALSE(lives(pid_in("session")));
  CHECK_FALSE(lives(pid_in("daemon")));
}

TEST_CASE_METHOD(executor_fixture, "what ignores TERM is killed after the close timeout") {
  start({"ignore-term", "setsid", "pid", space.path("session"), "forever", "then", "touch",
         space.path("ready"), "forever"});
  run_until_there("session");
  run_until_there("ready");
  const auto begin = std::chrono::steady_clock::now();
  handle->end(ending::terminate);
  CHECK(join().how == outcome(cancelled{true, false, 9}));
  CHECK(std::chrono::steady_clock::now() - begin >= 300ms);
  CHECK_FALSE(lives(pid_in("session")));
}

TEST_CASE_METHOD(executor_fixture, "a kill is not kept waiting by what ignores TERM") {
  job_settings patient;
  patient.close_timeout = 1h;
  start({"ignore-term", "daemon", "pid", space.path("daemon"), "forever", "then", "touch",
         space.path("ready"), "forever"},
        patient);
  run_until_there("daemon");
  run_until_there("ready");
  handle->end(ending::terminate);
  handle->end(ending::kill);
  CHECK(join().how == outcome(cancelled{true, false, 9}));
  CHECK_FALSE(lives(pid_in("daemon")));
}

TEST_CASE_METHOD(executor_fixture,
                 "a job that has ended by itself keeps its outcome when it is ended") {
  start({"pid", space.path("pid"), "exit", "5"});
  // Without a turn of the loop, so that nobody has looked at it yet.
  loop.restart();
  while (handle == nullptr) loop.poll_one();
  test::test_space::eventually([&] {
    return space.exists("pid") &&
           read_process(pid_in("pid")).value_or(process_entry{}).state == 'Z';
  });
  handle->end(ending::terminate);
  CHECK(join().how == outcome(exited{5}));
}

TEST_CASE_METHOD(executor_fixture, "a descendant that holds the output is let go of, and told") {
  sink.live = GENERATE(true, false);
  const auto begin = std::chrono::steady_clock::now();
  const auto& ended = run({"say", "before", "background", "pid", space.path("holder"), "wait-for",
                           space.path("never"), "then", "exit", "0"});
  CHECK(ended.how == outcome(exited{0}));
  CHECK(ended.leaked);
  CHECK(sink.out == "before\n");
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  CHECK(lives(pid_in("holder")));
}

TEST_CASE_METHOD(executor_fixture,
                 "a descendant that writes faster than the reader is let go of, too") {
  sink.stalls = GENERATE(true, false);  // nobody resumes it
  const auto& ended =
      run({"say", "before", "background", "print", "100000000", "then", "exit", "3"});
  CHECK(ended.how == outcome(exited{3}));
  CHECK(ended.leaked);
  CHECK(sink.out.find("before\n") == 0);
  CHECK(sink.out.size() < 50000000);
}

TEST_CASE_METHOD(executor_fixture, "an attempt that is ended waits for no reader") {
  sink.stalls = true;  // nobody resumes it
  start({"print", "1000000"});
  test::run_until(loop, [&] { return sink.writes == 1; });
  handle->end(ending::terminate);
  CHECK(join().how == outcome(cancelled{true, false, 15}));
}

TEST_CASE_METHOD(executor_fixture,
                 "an attempt that ended by itself waits for the reader until it is ended") {
  sink.stalls = true;
  start({"pid", space.path("pid"), "say", "one", "wait-for", space.path("go"), "say", "two"});
  test::run_until(loop, [&] { return sink.writes == 1; });
  space.write("go", "");
  test::test_space::eventually([&] { return !lives(pid_in("pid")); });
  test::run_ready(loop);
  CHECK_FALSE(result.has_value());
  handle->end(ending::terminate);
  CHECK(join().how == outcome(exited{0}));
  CHECK(sink.out == "one\ntwo\n");
}

TEST_CASE_METHOD(executor_fixture, "an abandoned attempt is read from no more") {
  const test::leaves_memory coroutine;  // it is never resumed: what it refers to may be gone
  start({"say", "one", "touch", space.path("ready"), "wait-for", space.path("go"), "say", "two",
         "forever"});
  run_until_there("ready");
  test::run_until(loop, [&] { return sink.out == "one\n"; });
  handle->abandon();
  space.write("go", "");
  // Nobody reads any more: writing ends it.
  int status = 0;
  CHECK(::waitpid(-1, &status, 0) > 0);
  test::run_ready(loop);
  CHECK(sink.out == "one\n");
}

TEST_CASE_METHOD(executor_fixture, "a limit that leaves no room for one job is not waited for") {
#if defined(__SANITIZE_ADDRESS__)
  WARN("not under sanitizers");
  return;
#endif
  job.seq = 1;
  job.argv = {WEIR_TEST_CHILD, "exit", "0"};
  const no_descriptors none;
  start();
  test::run_ready(loop);  // no timer is waited for
  REQUIRE(is_done());
  CHECK(join().how == outcome(spawn_failed{EMFILE, WEIR_TEST_CHILD}));
  CHECK(told_.empty());
}

TEST_CASE_METHOD(executor_fixture, "the run waits for descriptors once, not each job") {
#if defined(__SANITIZE_ADDRESS__)
  // UBSan asks a pipe whether it may read an object: without descriptors none passes for one.
  WARN("not under sanitizers");
  return;
#endif
  settings_.longest_shortage = 20ms;
  renew();
  REQUIRE(run({"exit", "0"}).how == outcome(exited{0}));
  {
    const no_descriptors none;
    start();
    CHECK(join().how == outcome(spawn_failed{EMFILE, WEIR_TEST_CHILD}));
    CHECK(told_ == std::vector<std::string>{
                       "no job can start: waiting up to 20ms for a free file descriptor"});
    CHECK(room_ == std::vector<bool>{true, false});
    start();
    test::run_ready(loop);  // no timer is waited for
    REQUIRE(is_done());
    CHECK(join().how == outcome(spawn_failed{EMFILE, WEIR_TEST_CHILD}));
  }
  start();
  CHECK(join().how == outcome(exited{0}));
}

TEST_CASE_METHOD(executor_fixture, "200 jobs leave no descriptor open and no zombie behind") {
  const auto open_files = [] {
    const test::owned_fd next(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    return next.value();
  };
  run({"exit", "0"});
  const int before = open_files();
  for (int i = 0; i < 200; ++i) REQUIRE(run({"say", "x"}).how == outcome(exited{0}));
  CHECK(open_files() == before);
  CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}
