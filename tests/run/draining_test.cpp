// The end of a run whose reader is slow or stuck, on a clock that the test moves.
#include "run/draining.hpp"

#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "support/catch.hpp"
#include "support/descriptors.hpp"

using namespace weir;
using namespace std::chrono_literals;

namespace {

class moved_clock final : public time_source {
 public:
  time_point now() const override { return now_; }
  wall_time wall_now() const override { return {}; }
  void wait_until(time_point when, std::function<void()> reached) override {
    due_ = when;
    reached_ = std::move(reached);
  }
  void cancel() override { reached_ = nullptr; }

  void advance(duration by) {
    const time_point until = now_ + by;
    while (reached_ && due_ <= until) {
      now_ = due_;
      std::exchange(reached_, nullptr)();
    }
    now_ = until;
  }

 private:
  time_point now_{};
  time_point due_{};
  std::function<void()> reached_;
};

/// A pipe as large as a writer makes one that is full.
test::channel make_wide_pipe() {
  test::channel made = test::make_pipe();
  ::fcntl(made.in.value(), F_SETPIPE_SZ, 1 << 20);
  return made;
}

/// Two pipes that nobody reads until the test does, and jobs' output on its way there.
struct stuck_reader {
  explicit stuck_reader(output_options options = {}) : router(to_out, to_err, space, options) {}

  /// A job that wrote so much and has ended.
  void job(std::uint64_t seq, std::size_t bytes, output_stream which = output_stream::out) {
    job_spec spec;
    spec.seq = seq;
    output_sink& sink = *router.open(spec, 1);
    sink.write(which, std::string(bytes, 'x'));
    router.close(sink, verdict::succeeded, false);
    test::run_ready(loop);
  }
  void message(std::size_t bytes) { to_err.write(std::string(bytes, 'm')); }

  void begin() {
    jobs.start(loop, end.write_jobs());
    test::run_ready(loop);
  }
  void begin_messages() {
    messages.start(loop, end.write_messages());
    test::run_ready(loop);
  }
  void advance(duration by) {
    clock.advance(by);
    test::run_ready(loop);
  }
  std::size_t read(const test::channel& from) {
    std::size_t total = 0;
    for (;;) {
      const std::size_t count = test::read_now(from.out).size();
      if (count == 0) return total;
      total += count;
      test::run_ready(loop);
    }
  }

  test::channel out = make_wide_pipe();
  test::channel err = make_wide_pipe();
  /// What a pipe takes, and more than that: by 34464 bytes.
  const std::size_t room = static_cast<std::size_t>(::fcntl(out.in.value(), F_GETPIPE_SZ));
  const std::size_t much = room + 34'464;
  boost::asio::io_context loop{1};
  moved_clock clock;
  timer_queue timers{clock};
  spool_space space;
  writer to_out{loop.get_executor(), out.in.value(), "stdout"};
  writer to_err{loop.get_executor(), err.in.value(), "stderr"};
  output router;
  std::vector<std::string> said;
  draining end{timers, 1s, {router, to_out, to_err}, [this](std::string_view line) {
                 said.emplace_back(line);
               }};
  test::task jobs;
  test::task messages;
};

using lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a run that nobody stops waits for its reader for as long as that takes") {
  stuck_reader r;
  r.job(1, r.much);
  r.begin();
  r.advance(24h);
  CHECK_FALSE(r.jobs.done);
  CHECK(r.read(r.out) == r.much);
  CHECK(r.jobs.done);
  r.message(r.much);
  r.begin_messages();
  r.advance(24h);
  CHECK_FALSE(r.messages.done);
  CHECK(r.read(r.err) == r.much);
  CHECK(r.messages.done);
  CHECK_FALSE(r.end.gave_up());
  CHECK(r.said.empty());
}

TEST_CASE("a run that was stopped before gives its reader up when no byte moves for long enough") {
  stuck_reader r;
  r.job(1, r.much);
  r.end.request(stop_request::terminate, "SIGTERM");
  CHECK(r.said.empty());  // jobs run: what is left to write is of no interest yet
  r.advance(1h);
  r.begin();
  r.advance(999ms);
  CHECK_FALSE(r.jobs.done);
  CHECK(r.said.empty());
  r.advance(1ms);
  CHECK(r.jobs.done);
  CHECK(r.end.gave_up());
  CHECK(r.said == lines{"weir: output was not written: 34464 bytes of job 1"});
}

TEST_CASE("a byte that moves gives the reader of a stopped run its time again") {
  stuck_reader r;
  r.job(1, r.much + r.room);
  r.end.request(stop_request::terminate, "SIGTERM");
  r.begin();
  r.advance(900ms);
  CHECK(test::read_now(r.out.out).size() == r.room);
  test::run_ready(r.loop);
  r.advance(50ms);  // the next look
  r.advance(999ms);
  CHECK_FALSE(r.jobs.done);
  r.advance(1ms);
  CHECK(r.jobs.done);
  CHECK(r.said == lines{"weir: output was not written: 34464 bytes of job 1"});
}

TEST_CASE("a stop while output is written says how much is left, once, and the next gives it up") {
  stuck_reader r;
  r.job(1, r.much);
  r.job(2, 1000, output_stream::err);
  r.job(3, 1000);
  r.begin();
  r.end.request(stop_request::terminate, "SIGTERM");
  const lines once{
      "weir: stopping (SIGTERM): 35464 bytes of output are left to write; send another signal to "
      "drop them"};
  CHECK(r.said == once);
  r.end.request(stop_request::lost, "stdout: Broken pipe");
  r.end.request(stop_request::halt, "halt");
  CHECK(r.said == once);
  CHECK_FALSE(r.jobs.done);
  r.end.request(stop_request::terminate, "SIGTERM");
  test::run_ready(r.loop);
  CHECK(r.jobs.done);
  CHECK(r.end.gave_up());
  REQUIRE(r.said.size() == 2);
  CHECK(r.said[1] == "weir: output was not written: 34464 bytes of job 1 and 1000 bytes of job 3");
}

TEST_CASE("a stop while output is written has a deadline of its own, for a single byte, too") {
  stuck_reader r;
  r.job(1, r.room + 1);
  r.begin();
  r.advance(1h);
  r.end.request(stop_request::terminate, "SIGTERM");
  CHECK(r.said ==
        lines{"weir: stopping (SIGTERM): 1 byte of output is left to write; send another signal to "
              "drop it"});
  r.advance(999ms);
  CHECK_FALSE(r.jobs.done);
  r.advance(1ms);
  CHECK(r.jobs.done);
  CHECK(r.end.gave_up());
}

TEST_CASE("a run that ends itself for lost output says that alone, and does not wait for ever") {
  stuck_reader r;
  r.job(1, r.much);
  r.begin();
  r.end.request(stop_request::lost, "joblog: No space left on device");
  CHECK(r.said.empty());
  r.advance(1s);
  CHECK(r.jobs.done);
  CHECK(r.end.gave_up());
}

TEST_CASE("a stop when only messages are left has nothing to say of output") {
  stuck_reader r;
  r.begin();
  REQUIRE(r.jobs.done);
  r.message(r.much);
  r.begin_messages();
  r.end.request(stop_request::terminate, "SIGTERM");
  CHECK(r.said.empty());
  r.advance(999ms);
  CHECK_FALSE(r.messages.done);
  r.advance(51ms);  // the first look saw what the pipe took
  CHECK(r.messages.done);
  CHECK(r.end.gave_up());
  CHECK(r.said.empty());
}

TEST_CASE("what is asked about the end is answered once it has come") {
  stuck_reader r;
  r.job(1, r.much);
  r.end.print_state();
  CHECK(r.said.empty());
  r.begin();
  r.end.print_state();
  CHECK(r.said == lines{"weir: no jobs are running, 34464 bytes of output are left to write"});
}

TEST_CASE("a run that is killed drops what is not written, in order or not, at once") {
  for (const bool ordered : {false, true}) {
    stuck_reader r({.keep_order = ordered});
    r.job(2, r.much);
    r.job(3, 10);
    r.end.request(stop_request::kill, "SIGQUIT");
    r.begin();
    CHECK(r.jobs.done);
    CHECK(r.end.gave_up());
    INFO("ordered: " << ordered);
    // What fits has been written, if no job before it is missing.
    const std::size_t left = ordered ? r.much : r.much - r.room;
    CHECK(r.said == lines{"weir: output was not written: " + std::to_string(left) +
                          " bytes of job 2 and 10 bytes of job 3"});
    r.begin_messages();
    CHECK(r.messages.done);
    r.advance(1h);
    CHECK(r.end.gave_up());
  }
}

TEST_CASE("a run that is killed with nothing left to write has given nothing up") {
  stuck_reader r;
  r.job(1, 10);
  r.end.request(stop_request::kill, "SIGQUIT");
  r.begin();
  r.advance(1h);  // records are finished
  r.begin_messages();
  CHECK(r.messages.done);
  CHECK_FALSE(r.end.gave_up());
  CHECK(r.said.empty());
  CHECK(test::read_now(r.out.out).size() == 10);
  r.to_err.write(std::string(r.much, 'x'));  // nobody drops what comes after the end
  test::run_ready(r.loop);
  r.advance(1h);
  CHECK_FALSE(r.end.gave_up());
  CHECK(r.read(r.err) == r.much);
}

TEST_CASE("bytes of nobody that are given up count, on either stream") {
  for (const bool on_err : {false, true}) {
    stuck_reader r;
    (on_err ? r.to_err : r.to_out).write(std::string(r.much, 'x'));
    r.end.request(stop_request::kill, "SIGQUIT");
    r.begin();
    INFO("stderr: " << on_err);
    CHECK(r.end.gave_up());
    CHECK(r.said.empty());
  }
}

TEST_CASE("last words that nobody reads are given up after a moment, though nothing was before") {
  stuck_reader r;
  r.end.request(stop_request::kill, "SIGQUIT");
  r.begin();
  CHECK_FALSE(r.end.gave_up());
  r.message(r.much);
  r.begin_messages();
  r.advance(199ms);
  CHECK_FALSE(r.messages.done);
  r.advance(1ms);
  CHECK(r.messages.done);
  CHECK(r.end.gave_up());
  CHECK(r.read(r.err) == r.room);
}
