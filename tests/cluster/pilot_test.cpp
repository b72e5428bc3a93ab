// The run's side, with workers that are shell scripts: what it believes, and when it stops waiting.
#include "cluster/pilot_executor.hpp"

#include <weir/version.hpp>

#include "loop/timer_queue.hpp"
#include "support/catch.hpp"
#include "support/descriptors.hpp"
#include "support/test_space.hpp"

using namespace weir;
using namespace std::chrono_literals;

namespace {

/// What a worker says first, as printf(1) prints it: a greeting, who it is, and that it is ready.
std::string begins() {
  return "printf 'weir-worker " + std::to_string(frame_protocol) + " " + std::string(version) +
         R"(\n\011\000\000\000\000\001a\000\002\000\000\000\000\000\n'; printf '\000\000\000\000\001\n'; )";
}
/// Its stdin stays open, and nobody reads it.
const std::string says_no_more = "exec sleep 1000";

std::string waits_for(const test::test_space& t, const std::string& file) {
  return "while [ ! -e " + t.path(file) + " ]; do sleep 0.01; done; ";
}

struct pilot_fixture : inbox {
  explicit pilot_fixture(const std::string& script) {
    settings.workers.emplace_back();
    settings.workers.back().argv = {"/bin/sh", "-c", script};
    settings.workers.back().title = "fake";
    settings.beat = 50ms;
    settings.worker_silence = 400ms;
    settings.goodbye = 50ms;
  }
  void take(const notice& what) override {
    if (const auto* unusual = std::get_if<warning>(&what)) told += unusual->text + '\n';
    if (const auto* stop = std::get_if<stop_asked>(&what)) stopped = stop->reason;
    if (std::holds_alternative<attempt_lost>(what)) ++lost;
    if (std::holds_alternative<attempt_placed>(what)) ++placed;
    if (const auto* limit = std::get_if<limit_changed>(&what)) slots += limit->by;
  }
  void begin() {
    executor.emplace(loop.get_executor(), timers, settings);
    executor->report_to(*this);
    make_job();
  }
  void make_job() {
    job.seq = 1;
    job.argv = {"true"};
    job.settings = std::make_shared<job_settings>(wanted);
    task.start(loop, run_job());
  }
  awaitable<> run_job() {
    result = co_await executor->run({job, 1, 1, std::nullopt, sink}, handle);
  }
  void end() {
    ends.start(loop, end_all());
    test::run_until(loop, [&] { return ends.done; });
  }
  awaitable<> end_all() { co_await executor->end_leftovers(false, 0s); }

  boost::asio::io_context loop;
  timer_queue timers{loop.get_executor()};
  pilot_settings settings;
  std::optional<pilot_executor> executor;
  job_spec job;
  job_settings wanted;
  output_sink* sink = nullptr;
  running_attempt* handle = nullptr;
  std::optional<attempt_result> result;
  test::task task;
  test::task ends;
  std::string told;
  std::string stopped;
  int lost = 0;
  int placed = 0;
  int slots = 1;
};

}  // namespace

TEST_CASE("a worker that says nothing any more is lost, and its process is killed") {
  pilot_fixture f(begins() + "trap '' TERM; sleep 1000; sleep 1000");
  f.begin();
  test::run_until(f.loop, [&] { return f.task.done; });
  CHECK(f.placed == 1);
  CHECK(f.lost == 1);
  CHECK(f.told.find("a: lost with 1 job: it has been silent for 400ms") != std::string::npos);
  CHECK(f.stopped == "lack of workers");
  REQUIRE(f.result);
  CHECK(std::holds_alternative<cancelled>(f.result->how));
  f.end();
}

TEST_CASE("as long as a run is suspended no worker is silent") {
  pilot_fixture f(begins() + says_no_more);
  f.begin();
  test::run_until(f.loop, [&] { return f.placed == 1; });
  f.executor->on(suspended{});
  f.timers.pause();
  const auto until = std::chrono::steady_clock::now() + 2 * f.settings.worker_silence;
  test::run_until(f.loop, [&] { return std::chrono::steady_clock::now() > until; });
  f.timers.resume();
  f.executor->on(resumed{});
  CHECK(f.lost == 0);
  test::run_until(f.loop, [&] { return f.lost == 1; });  // from here on it is
  test::run_until(f.loop, [&] { return f.task.done; });
  f.end();
}

TEST_CASE("a worker that comes while the run is suspended first hears what it is to do") {
  const test::test_space t;
  pilot_fixture f(waits_for(t, "go") + begins() + "cat > " + t.path("heard"));
  f.begin();
  f.executor->on(suspended{});
  f.executor->on(resumed{});
  t.write("go", "");
  test::run_until(f.loop, [&] { return t.exists("heard") && t.read("heard").size() > 4; });
  CHECK(t.read("heard")[4] == static_cast<char>(frame_kind::setup));
  test::run_until(f.loop, [&] { return f.placed == 1; });
  f.handle->abandon();
  test::run_until(f.loop, [&] { return f.task.done; });
  f.end();
}

TEST_CASE("a worker gets no job before it has answered that the run goes on") {
  const test::test_space t;
  const std::string answer = R"(printf '\000\000\000\000\027\n'; )";
  const bool answers = GENERATE(true, false);
  pilot_fixture f(begins() + waits_for(t, "go") + (answers ? answer : "") + waits_for(t, "bye"));
  if (answers) f.settings.worker_silence = 30s;
  f.executor.emplace(f.loop.get_executor(), f.timers, f.settings);
  f.executor->report_to(f);
  test::run_until(f.loop, [&] { return f.executor->workers().front().how == "ready"; });
  f.executor->on(suspended{});
  f.executor->on(resumed{});
  f.make_job();
  CHECK(f.placed == 0);
  t.write("go", "");
  test::run_until(f.loop, [&] { return f.task.done || f.placed > 0; });
  INFO(f.told);
  CHECK(f.placed == (answers ? 1 : 0));
  if (f.handle != nullptr) f.handle->abandon();
  test::run_until(f.loop, [&] { return f.task.done; });
  t.write("bye", "");
  f.end();
}

TEST_CASE("one that has not greeted may take its time, and is ended with the run") {
  pilot_fixture f("sleep 1000");
  f.begin();
  const auto until = std::chrono::steady_clock::now() + 2 * f.settings.worker_silence;
  test::run_until(f.loop, [&] { return std::chrono::steady_clock::now() > until; });
  CHECK(!f.task.done);
  REQUIRE(f.handle != nullptr);
  f.handle->end(ending::terminate);
  test::run_until(f.loop, [&] { return f.task.done; });
  f.end();
  CHECK(f.told.empty());
}

TEST_CASE("slots are those of the worker, within the limit") {
  pilot_fixture f(begins() + says_no_more);
  f.settings.limit = GENERATE(as<std::optional<std::size_t>>{}, std::nullopt, 5, 1);
  f.begin();
  test::run_until(f.loop, [&] { return f.placed == 1; });
  CHECK(f.slots == (f.settings.limit == 1U ? 1 : 2));
  f.handle->abandon();
  test::run_until(f.loop, [&] { return f.task.done; });
  f.end();
}

TEST_CASE("an attempt that was given up touches its sink no more") {
  struct silent final : output_sink {
    flow write(output_stream, std::span<const char>) override { return flow::more; }
    int splice_file(output_stream) override { return -1; }
    flow spliced(output_stream, std::size_t) override { return flow::more; }
    bool is_live() const noexcept override { return false; }
  } sink;
  pilot_fixture f(begins() + says_no_more);
  f.sink = &sink;
  f.begin();
  test::run_until(f.loop, [&] { return f.placed == 1; });
  f.handle->abandon();
  sink.resume = [] {};  // as if it were another's by now
  test::run_until(f.loop, [&] { return f.task.done; });
  CHECK(sink.resume != nullptr);
  f.end();
}

TEST_CASE("a job that reads what the run reads, or is too large, is not sent") {
  pilot_fixture f(begins() + says_no_more);
  job_settings settings;
  settings.input = inherited_input{};
  f.begin();
  test::run_until(f.loop, [&] { return f.placed == 1; });
  f.handle->end(ending::kill);
  f.handle->abandon();
  test::run_until(f.loop, [&] { return f.task.done; });
  f.job.settings = std::make_shared<job_settings>(settings);
  f.task.done = false;
  f.task.start(f.loop, f.run_job());
  test::run_until(f.loop, [&] { return f.task.done; });
  const auto* refused = std::get_if<spawn_failed>(&f.result->how);
  REQUIRE(refused != nullptr);
  CHECK(refused->what.find("standard input") != std::string::npos);
  CHECK(f.placed == 1);
  f.end();
}

TEST_CASE("a worker that returns what nobody asked for is lost, and nothing of it is written") {
  test::test_space space;
  const bool asked = GENERATE(true, false);
  const std::string path = space.path("out");
  std::string bytes;
  tree_entry entry;
  entry.name = path;
  append_message(bytes, frame_kind::enter, entry_message{1, entry, false});
  append_message(bytes, frame_kind::piece, output_message{1, "text"});
  append_message(bytes, frame_kind::leave, attempt_message{1});
  ended_message end;
  end.id = 1;
  append_message(bytes, frame_kind::ended, end);
  space.write("frames", bytes);
  pilot_fixture f(begins() + "sed /true/q > /dev/null; cat " + space.path("frames") + "; " +
                  says_no_more);
  f.wanted.files.returned = {asked ? path : path + "2"};
  f.begin();
  test::run_until(f.loop, [&] { return f.task.done; });
  CHECK(f.lost == (asked ? 0 : 1));
  CHECK(space.exists("out") == asked);
  if (asked) CHECK(f.result->how == outcome(exited{0}));
  f.end();
}
