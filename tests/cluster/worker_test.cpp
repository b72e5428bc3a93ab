// The worker's side, with a run that is this test.
#include "cluster/worker.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <weir/version.hpp>

#include "cluster/local_host.hpp"
#include "support/catch.hpp"
#include "support/descriptors.hpp"
#include "support/test_space.hpp"

using namespace weir;
using namespace std::chrono_literals;

namespace {

struct worker_fixture {
  worker_fixture() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    in = ends[0];
    to = ends[1];
    REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    from = ends[0];
    out = ends[1];
    setup.version = version;
    setup.close_timeout = 100ms;
    setup.term_timeout = 100ms;
    setup.beat = 50ms;
    setup.silence = 60s;
    worker_settings settings{local_host(loop.get_executor(), timers, {})};
    one.emplace(loop.get_executor(), timers, own_timers, std::move(settings), in, out);
    task.start(loop, one->over());
  }
  ~worker_fixture() {
    for (const int fd : {in, out, from}) ::close(fd);
    close();
  }
  void close() {
    if (to >= 0) ::close(to);
    to = -1;
  }
  template <typename Message>
  void say(frame_kind kind, const Message& message) {
    std::string bytes;
    append_message(bytes, kind, message);
    REQUIRE(::write(to, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  void start(std::uint64_t id, std::initializer_list<std::string_view> verbs,
             job_settings settings = {}) {
    say(frame_kind::settings, settings_message{std::move(settings)});
    start_message message;
    message.id = id;
    message.job.seq = id;
    message.job.argv = {WEIR_TEST_CHILD};
    for (const auto verb : verbs) message.job.argv.push_back(verb);
    say(frame_kind::start, message);
  }
  /// Takes what the worker has said.
  void hear() {
    char buffer[65536];
    const ssize_t got = ::read(from, buffer, sizeof buffer);
    if (got <= 0) return;
    std::string_view bytes(buffer, static_cast<std::size_t>(got));
    if (!greeting.found()) bytes.remove_prefix(greeting.take(bytes));
    reader.take(bytes);
    while (const auto next = reader.next()) {
      if (next->kind == frame_kind::out) {
        const auto piece = read_message<output_message>(next->body);
        REQUIRE(piece);
        output += piece->bytes;
      }
      if (next->kind == frame_kind::ended) ended = read_message<ended_message>(next->body);
      if (next->kind == frame_kind::refused)
        refused = read_message<text_message>(next->body).value().text;
      kinds.push_back(next->kind);
    }
  }
  bool has(frame_kind kind) {
    hear();
    return std::ranges::find(kinds, kind) != kinds.end();
  }
  void until(const std::function<bool()>& fact) { test::run_until(loop, fact); }

  boost::asio::io_context loop;
  timer_queue timers{loop.get_executor()};
  timer_queue own_timers{loop.get_executor()};
  int in, out, from, to;
  setup_message setup;
  std::optional<worker> one;
  test::task task;
  greeting_reader greeting;
  frame_reader reader{most_worker_body};
  std::vector<frame_kind> kinds;
  std::string output;
  std::string refused;
  std::optional<ended_message> ended;
  test::test_space space;
};

}  // namespace

TEST_CASE("a worker says who it is, is set up, runs a job and tells how it went") {
  worker_fixture f;
  f.say(frame_kind::setup, f.setup);
  f.start(7, {"say", "hello", "exit", "3"});
  f.until([&] { return f.has(frame_kind::ended); });
  CHECK(f.kinds.front() == frame_kind::hello);
  CHECK(f.output == "hello\n");
  CHECK(f.ended->id == 7);
  CHECK(f.ended->how == outcome(exited{3}));
  CHECK(f.ended->bytes == 6);
  f.say(frame_kind::finish, finish_message{});
  f.until([&] { return f.task.done; });
  CHECK(f.has(frame_kind::left));
}

TEST_CASE("a run that says nothing any more has gone: its jobs are ended") {
  worker_fixture f;
  f.setup.silence = 300ms;
  f.say(frame_kind::setup, f.setup);
  f.start(1, {"ignore-term", "forever"});
  f.until([&] { return f.task.done; });
}

TEST_CASE("the end of its input ends a worker's jobs, the shielded ones last") {
  worker_fixture f;
  const std::string done = f.space.path("done");
  const std::string go = f.space.path("go");
  const std::string up = f.space.path("up");
  f.setup.term_timeout = 60s;
  f.say(frame_kind::setup, f.setup);
  job_settings shielded;
  shielded.shield = true;
  f.start(1, {"touch", up, "wait-for", go, "touch", done}, shielded);
  f.start(2, {"forever"});
  f.until([&] { return f.space.exists("up"); });
  f.close();
  f.until([&] { return f.has(frame_kind::hello); });
  CHECK(!f.task.done);
  f.space.write("go", "");
  f.until([&] { return f.task.done; });
  CHECK(f.space.exists("done"));
}

TEST_CASE("no more output is sent than there is credit for, until there is") {
  worker_fixture f;
  f.say(frame_kind::setup, f.setup);
  f.start(1, {"print", "3000000"});
  f.until([&] { return f.has(frame_kind::out); });
  for (std::size_t before = 0; before != f.output.size();) {
    before = f.output.size();
    const auto later = std::chrono::steady_clock::now() + 200ms;
    f.until([&] {
      f.hear();
      return std::chrono::steady_clock::now() > later;
    });
  }
  CHECK(f.output.size() >= output_window);
  CHECK(f.output.size() <= output_window + window_excess);
  std::uint64_t paid = 0;
  f.until([&] {
    f.hear();
    if (f.output.size() > paid && !f.ended) {
      f.say(frame_kind::credit, credit_message{1, f.output.size() - paid});
      paid = f.output.size();
    }
    return f.ended.has_value();
  });
  CHECK(f.output.size() == f.ended->bytes);
  CHECK(f.output.size() == 3'000'000);
  f.close();
  f.until([&] { return f.task.done; });
}

TEST_CASE("another version, and a directory that is not there, are refused with words") {
  worker_fixture f;
  const bool other = GENERATE(true, false);
  if (other)
    f.setup.version = "0.0.1";
  else
    f.setup.dir = "/nowhere";
  f.say(frame_kind::setup, f.setup);
  f.until([&] { return f.task.done; });
  CHECK(f.has(frame_kind::refused));
  CHECK(f.refused.find(other ? "expected weir 0.0.1, found " : "/nowhere: No such file") == 0);
}

TEST_CASE("a worker that was told to end hands back what comes, and finishes what runs") {
  worker_fixture f;
  f.say(frame_kind::setup, f.setup);
  f.start(1, {"touch", f.space.path("up"), "wait-for", f.space.path("go")});
  f.until([&] { return f.space.exists("up"); });
  f.one->drain();
  f.start(2, {"forever"});
  f.until([&] { return f.has(frame_kind::returned); });
  CHECK(f.has(frame_kind::draining));
  f.space.write("go", "");
  f.until([&] { return f.has(frame_kind::ended); });
  CHECK(f.ended->how == outcome(exited{0}));
  f.close();
  f.until([&] { return f.task.done; });
}

TEST_CASE("what is no message ends a worker") {
  worker_fixture f;
  f.say(frame_kind::setup, f.setup);
  f.start(1, {"forever"});
  f.say(frame_kind::start, text_message{"nonsense"});
  f.until([&] { return f.task.done; });
}

TEST_CASE("a job that is terminated with its worker is handed back, and has not failed") {
  worker_fixture f;
  f.say(frame_kind::setup, f.setup);
  const bool catches = GENERATE(false, true);
  f.start(1, {"touch", f.space.path("up"), catches ? "exit" : "signal", catches ? "143" : "15"});
  f.until([&] { return f.space.exists("up"); });
  f.one->drain();
  f.until([&] { return f.has(frame_kind::returned); });
  CHECK(!f.ended);
  f.close();
  f.until([&] { return f.task.done; });
}

TEST_CASE("a job that dies of SIGTERM while its worker works on has failed") {
  worker_fixture f;
  f.say(frame_kind::setup, f.setup);
  f.start(1, {"signal", "15"});
  f.until([&] { return f.has(frame_kind::ended); });
  CHECK(f.ended->how == outcome(signaled{15, false}));
  f.close();
  f.until([&] { return f.task.done; });
}

TEST_CASE("files that are sent are there for the job, what it returns comes before its end") {
  worker_fixture f;
  f.say(frame_kind::setup, f.setup);
  const bool cleanup = GENERATE(true, false);
  tree_entry entry;
  entry.name = f.space.path("new/in");
  entry.mode = 0640;
  f.say(frame_kind::enter, entry_message{1, entry, cleanup});
  f.say(frame_kind::piece, output_message{1, "sent\n"});
  f.say(frame_kind::leave, attempt_message{1});
  job_settings settings;
  const std::string out = f.space.path("out");
  const std::string none = f.space.path("none");
  settings.files = {{entry.name}, {out, none}, cleanup};
  settings.ok = {3};
  settings.input = file_input{entry.name};
  const bool makes_all = GENERATE(true, false);
  if (makes_all)
    f.start(1, {"cat", "touch", out, "touch", none, "exit", "3"}, settings);
  else
    f.start(1, {"cat", "touch", out, "exit", "3"}, settings);
  f.until([&] { return f.has(frame_kind::ended); });
  CHECK(f.output == "sent\n");
  CHECK(f.ended->how ==
        (makes_all ? outcome(exited{3}) : outcome(spawn_failed{ENOENT, none, "return"})));
  using kind = frame_kind;
  CHECK(std::ranges::count(f.kinds, kind::enter) == (makes_all ? 2 : 1));
  CHECK(std::ranges::find(f.kinds, kind::leave) < std::ranges::find(f.kinds, kind::ended));
  CHECK(f.space.exists("new/in") == !cleanup);
  // Nobody has said yet that it has arrived.
  CHECK(f.space.exists("out"));
  f.say(frame_kind::clean, clean_message{1, true});
  f.close();
  f.until([&] { return f.task.done; });
  CHECK(f.space.exists("out") == !cleanup);
  CHECK(f.space.exists("new") == !cleanup);
}

TEST_CASE("a job whose files cannot be written does not run, one that is dropped neither") {
  worker_fixture f;
  f.space.write("file", "");
  f.say(frame_kind::setup, f.setup);
  tree_entry entry;
  const bool drops = GENERATE(true, false);
  entry.name = f.space.path(drops ? "dir/in" : "file/in");
  f.say(frame_kind::enter, entry_message{1, entry, true});
  f.say(frame_kind::piece, output_message{1, "bytes"});
  if (drops) {
    f.say(frame_kind::drop, attempt_message{1});
  } else {
    f.say(frame_kind::leave, attempt_message{1});
    f.start(1, {"touch", f.space.path("ran")});
  }
  f.until([&] { return f.has(frame_kind::ended); });
  CHECK(f.ended->how == (drops ? outcome(cancelled{false})
                               : outcome(spawn_failed{ENOTDIR, f.space.path("file/in"), "send"})));
  CHECK(!f.space.exists("ran"));
  CHECK(!f.space.exists("dir"));
  f.close();
  f.until([&] { return f.task.done; });
}
