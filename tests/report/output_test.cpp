#include "report/output.hpp"

#include <csignal>
#include <map>
#include <vector>

#include <sys/resource.h>
#include <sys/stat.h>

#include "support/catch.hpp"
#include "system/descriptors.hpp"

using namespace weir;
using test::run_ready;
using test::run_until;

namespace {

constexpr auto out = output_stream::out;
constexpr auto err = output_stream::err;

std::string pattern(std::size_t size, unsigned seed = 0) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251 + seed);
  return bytes;
}

job_spec job_number(std::uint64_t seq, std::string tag = {}) {
  job_spec job;
  job.seq = seq;
  job.tag = std::move(tag);
  return job;
}

/// A router over two outputs, which are files unless descriptors are given.
struct rig {
  test::owned_fd out_file = test::make_file();
  test::owned_fd err_file = test::make_file();
  boost::asio::io_context loop;
  system::spool_space space;
  system::writer to_out;
  system::writer to_err;
  output router;
  std::vector<std::string> failures;
  std::map<std::uint64_t, output_sink*> sinks;

  explicit rig(output_options options, int out_fd = -1, int err_fd = -1,
               system::spool_limits limits = {})
      : space(system::temporary_directory(), limits),
        to_out(loop.get_executor(), out_fd < 0 ? out_file.value() : out_fd, "stdout"),
        to_err(loop.get_executor(), err_fd < 0 ? err_file.value() : err_fd, "stderr"),
        router(to_out, to_err, space, options) {
    router.failed = [this](const io_error& error) { failures.emplace_back(error.what()); };
  }

  void open(std::uint64_t seq, std::string tag = {}) {
    sinks[seq] = router.open(job_number(seq, std::move(tag)), 1);
  }
  flow write(std::uint64_t seq, output_stream which, std::string_view bytes) {
    return sinks.at(seq)->write(which, {bytes.data(), bytes.size()});
  }
  std::string close(std::uint64_t seq) {
    return router.close(*sinks.at(seq), verdict::failed, true);
  }

  std::string printed() {
    run_ready(loop);
    return test::contents(out_file);
  }
  std::string printed_err() {
    run_ready(loop);
    return test::contents(err_file);
  }
  /// Reads what the outputs write to the pipe, while the loop runs, until `done`.
  template <typename Done>
  void read_until(const test::owned_fd& pipe, std::string& seen, Done done) {
    run_until(loop, [&] {
      seen += test::read_now(pipe);
      return done();
    });
  }
  void finish() {
    test::task task;
    task.start(loop, router.finish());
    run_until(loop, [&] { return task.done; });
    task.rethrow();
  }
};

output_options grouped() {
  return {};
}
output_options ordered() {
  return {.keep_order = true};
}
output_options by_line() {
  return {.mode = output_mode::line};
}

}  // namespace

TEST_CASE("a group is printed when its job ends, whole and as it was") {
  rig r(grouped());
  r.open(1);
  r.open(2);
  r.write(1, out, "a1 ");
  r.write(2, out, "b1 ");
  r.write(1, err, "a-err ");
  r.write(1, out, "a2");
  CHECK(r.printed().empty());
  r.close(2);
  CHECK(r.printed() == "b1 ");
  r.close(1);
  CHECK(r.printed() == "b1 a1 a2");
  CHECK(r.printed_err() == "a-err ");
}

TEST_CASE("where both streams lead to one place, stdout of a job comes first") {
  test::owned_fd file = test::make_file();
  boost::asio::io_context loop;
  system::spool_space space;
  system::writer both(loop.get_executor(), file.value(), "stdout");
  output router(both, both, space, grouped());
  auto* first = router.open(job_number(1), 1);
  auto* second = router.open(job_number(2), 2);
  first->write(err, std::span("E1", 2));
  second->write(out, std::span("O2", 2));
  first->write(out, std::span("O1", 2));
  second->write(err, std::span("E2", 2));
  router.close(*second, verdict::succeeded, false);
  router.close(*first, verdict::succeeded, false);
  run_ready(loop);
  CHECK(test::contents(file) == "O2E2O1E1");
}

TEST_CASE("raw output passes through nothing") {
  rig r({.mode = output_mode::raw});
  CHECK(r.router.open(job_number(1), 1) == nullptr);
}

TEST_CASE("the only job at a time streams as it writes") {
  rig r({.live = true});
  r.open(7);
  r.write(7, out, "now");
  r.write(7, err, "too");
  CHECK(r.printed() == "now");
  CHECK(r.printed_err() == "too");
}

TEST_CASE("in order, the first job streams and the others are held until it ends") {
  rig r(ordered());
  for (const std::uint64_t seq : {2U, 3U, 1U, 4U}) r.open(seq);
  r.write(2, out, "b");
  r.write(1, out, "a");
  CHECK(r.printed() == "a");
  r.close(2);
  r.write(3, out, "c");
  r.write(3, err, "C");
  r.write(1, out, "a");
  CHECK(r.printed() == "aa");
  r.close(1);
  CHECK(r.printed() == "aabc");
  CHECK(r.printed_err() == "C");
  r.write(3, out, "c");
  CHECK(r.printed() == "aabcc");
  r.write(4, out, "d");
  CHECK(r.printed() == "aabcc");
  r.close(3);
  CHECK(r.printed() == "aabccd");
  r.close(4);
}

TEST_CASE("a job that never runs is not waited for") {
  rig r(ordered());
  r.open(3);
  r.write(3, out, "c");
  r.close(3);
  r.router.absent(2);
  CHECK(r.printed().empty());
  r.router.absent(1);
  CHECK(r.printed() == "c");
  r.open(4);
  r.write(4, out, "d");
  CHECK(r.printed() == "cd");
  r.close(4);
}

TEST_CASE("at the end, held jobs are printed though an earlier one never came") {
  rig r(ordered());
  r.open(2);
  r.open(3);
  r.write(2, out, "b");
  r.write(3, out, pattern(300000));
  r.close(3);
  r.close(2);
  CHECK(r.printed().empty());
  r.finish();
  CHECK(r.printed() == "b" + pattern(300000));
}

TEST_CASE("lines go out whole, as they come") {
  rig r(by_line());
  r.open(1);
  r.open(2);
  r.write(1, out, "one ");
  r.write(2, out, "two\nthr");
  CHECK(r.printed() == "two\n");
  r.write(1, out, "line\nrest");
  CHECK(r.printed() == "two\none line\n");
  r.write(2, err, "err\n");
  CHECK(r.printed_err() == "err\n");
  r.write(2, out, "ee\n");
  CHECK(r.printed() == "two\none line\nthree\n");
  r.close(1);
  r.close(2);
  CHECK(r.printed() == "two\none line\nthree\nrest");
}

TEST_CASE("a line without end is held outside memory and not torn") {
  rig r(by_line());
  r.open(1);
  r.open(2);
  const std::string part(100000, 'x');
  for (int i = 0; i < 20; ++i) r.write(1, out, part);
  r.write(2, out, "between\n");
  CHECK(r.printed() == "between\n");
  CHECK(r.space.memory() <= 256 * 1024);
  r.write(1, out, "end\nmore");
  CHECK(r.printed() == "between\n" + std::string(2000000, 'x') + "end\n");
  r.close(1);
  r.close(2);
}

TEST_CASE("a tag comes before every line, and completes the last") {
  const auto options = GENERATE(grouped(), by_line(), ordered());
  rig r(options);
  r.open(1, "job1");
  r.write(1, out, "a\nb");
  r.write(1, out, "c\n");
  r.write(1, err, "");
  r.write(1, out, "\nlast");
  CHECK(r.sinks[1]->splice_file(out) == -1);
  CHECK(r.close(1) == "a\nbc\n\nlast");
  CHECK(r.printed() == "job1\ta\njob1\tbc\njob1\t\njob1\tlast\n");
  CHECK(r.printed_err().empty());
}

TEST_CASE("a missing last newline is added only on request") {
  for (const bool wanted : {false, true})
    for (auto options : {grouped(), by_line(), ordered()}) {
      options.final_newline = wanted;
      rig r(options);
      r.open(1);
      r.open(2);
      r.write(1, out, "a");
      r.close(1);
      r.write(2, out, "b\n");
      r.write(2, err, "e");
      r.close(2);
      CHECK(r.printed() == (wanted ? "a\nb\n" : "ab\n"));
      CHECK(r.printed_err() == (wanted ? "e\n" : "e"));
    }
}

TEST_CASE("the tail is of stderr if it wrote there, else of stdout, however the job was printed") {
  std::string lines;
  for (int i = 0; i < 30; ++i) lines += "line " + std::to_string(i) + "\n";
  const std::string last = lines.substr(lines.find("line 20"));
  for (auto options : {grouped(), by_line(), ordered(), output_options{.live = true}}) {
    rig r(options);
    r.open(1);
    r.open(2);
    r.write(1, out, lines);
    r.write(2, out, lines);
    r.write(2, err, "why\n");
    CHECK(r.close(2) == "why\n");
    CHECK(r.close(1) == last);
  }
}

TEST_CASE("the tail of a job that was held first and streamed then has both") {
  rig r(ordered());
  r.open(1);
  r.open(2);
  r.write(2, out, "held\n");
  r.close(1);
  r.write(2, out, "live\n");
  CHECK(r.close(2) == "held\nlive\n");
}

TEST_CASE("a long line in the tail is cut to 4 KiB, a torn first line left out") {
  rig r(grouped());
  r.open(1);
  r.write(1, out, std::string(300000, 'x') + "\nshort\n");
  CHECK(r.close(1) == "short\n");
  r.open(2);
  r.write(2, out, std::string(300000, 'x'));
  CHECK(r.close(2) == std::string(4096, 'x'));
}

TEST_CASE("a long stream is spliced, and exact") {
  rig r(grouped());
  r.open(1);
  CHECK(r.sinks[1]->splice_file(out) == -1);
  r.write(1, out, pattern(262144));
  r.write(1, out, "x");
  const int file = r.sinks[1]->splice_file(out);
  REQUIRE(file >= 0);
  CHECK(r.sinks[1]->splice_file(err) == -1);
  const auto pipe = test::make_pipe();
  test::put(pipe.in, "spliced\nend");
  REQUIRE(::splice(pipe.out.value(), nullptr, file, nullptr, 11, 0) == 11);
  CHECK(r.sinks[1]->spliced(out, 11) == flow::more);
  CHECK(r.close(1).ends_with("spliced\nend"));
  CHECK(r.printed() == pattern(262144) + "xspliced\nend");
}

TEST_CASE("a streaming job waits for a slow reader and is resumed once") {
  const auto pipe = test::make_pipe();
  rig r(ordered(), pipe.in.value());
  r.open(1);
  r.open(2);
  unsigned resumed = 0;
  r.sinks[1]->resume = [&] { ++resumed; };
  const std::string bytes = pattern(2000000);
  CHECK(r.write(1, out, bytes) == flow::wait);
  CHECK(r.write(1, err, "e") == flow::wait);
  CHECK(r.write(2, out, bytes) == flow::more);  // held ones go on
  run_ready(r.loop);
  CHECK(resumed == 0);
  std::string seen;
  r.read_until(pipe.out, seen, [&] { return resumed == 1; });
  CHECK(seen + test::read_now(pipe.out) == bytes);
  CHECK(r.write(1, out, "x") == flow::more);
  r.close(1);
  run_ready(r.loop);
  r.read_until(pipe.out, seen, [&] { return seen.size() == 2 * bytes.size() + 1; });
  CHECK(seen == bytes + "x" + bytes);
  CHECK(resumed == 1);
  r.close(2);
}

TEST_CASE("a job that ends while it waits is not resumed") {
  const auto pipe = test::make_pipe();
  rig r(by_line(), pipe.in.value());
  r.open(1);
  r.open(2);
  unsigned resumed = 0;
  for (const std::uint64_t seq : {1U, 2U}) {
    r.sinks[seq]->resume = [&] { ++resumed; };
    CHECK(r.write(seq, out, std::string(2000000, 'x') + "\n") == flow::wait);
  }
  r.close(1);
  std::size_t seen = 0;
  run_until(r.loop, [&] {
    seen += test::read_now(pipe.out).size();
    return seen == 4000002;
  });
  run_until(r.loop, [&] { return resumed == 1; });
  run_ready(r.loop);
  CHECK(resumed == 1);
}

TEST_CASE("memory stays flat while the first job is stuck") {
  rig r(ordered());
  r.open(1);
  std::string expected;
  std::string expected_err;
  for (unsigned seq = 2; seq < 600; ++seq) {
    r.open(seq);
    r.write(seq, out, pattern(100000, seq));
    if (seq % 3 == 0) r.write(seq, err, pattern(10, seq));
    r.close(seq);
    expected += pattern(100000, seq);
    if (seq % 3 == 0) expected_err += pattern(10, seq);
  }
  CHECK(r.space.memory() <= r.space.limits().finished + 100010);
  CHECK(r.space.shared()->live() > 50000000);
  r.close(1);
  r.finish();
  CHECK(r.printed() == expected);
  CHECK(r.printed_err() == expected_err);
  CHECK(r.space.memory() == 0);
  CHECK(r.space.shared()->live() == 0);
}

TEST_CASE("memory stays flat while nobody reads, and then all is there in order") {
  const auto pipe = test::make_pipe();
  rig r(grouped(), pipe.in.value());
  std::string expected;
  for (unsigned seq = 1; seq < 600; ++seq) {
    r.open(seq);
    r.write(seq, out, pattern(100000, seq));
    r.close(seq);
    expected += pattern(100000, seq);
  }
  CHECK(r.space.memory() == 0);
  CHECK(r.to_out.queued_memory() <= r.space.limits().queued);
  std::string seen;
  r.read_until(pipe.out, seen, [&] { return seen.size() == expected.size(); });
  CHECK(seen == expected);
}

TEST_CASE("jobs without number are held back when very many wait for a slow reader") {
  const auto pipe = test::make_pipe();
  const auto pipe_err = test::make_pipe();
  rig r(grouped(), pipe.in.value(), pipe_err.in.value());
  bool held_back = false;
  for (unsigned seq = 1; seq < 4000 && !held_back; ++seq) {
    r.open(seq);
    held_back = r.write(seq, out, pattern(5000)) == flow::wait;
    r.write(seq, err, pattern(5000));
    if (!held_back) r.close(seq);
  }
  CHECK(held_back);
}

TEST_CASE("jobs are held back when files hold much for a slow reader, until they hold less") {
  constexpr std::size_t most = 8 << 20;
  const auto pipe = test::make_pipe();
  rig r(grouped(), pipe.in.value(), -1, {.files = most});
  r.open(1);
  r.open(2);
  unsigned resumed = 0;
  r.sinks[2]->resume = [&] { ++resumed; };
  const std::string first = pattern(2 * most);
  const std::string second = pattern(most / 2, 1);
  CHECK(r.write(1, out, first) == flow::more);
  CHECK(r.write(2, out, second) == flow::more);  // the reader is not slow yet
  r.close(1);
  REQUIRE(r.to_out.congested());
  CHECK(r.write(2, out, "x") == flow::wait);
  run_ready(r.loop);
  CHECK(resumed == 0);
  std::string seen;
  r.read_until(pipe.out, seen, [&] { return resumed == 1; });
  CHECK(seen.size() < first.size());
  CHECK(r.write(2, out, "y") == flow::more);
  r.close(2);
  r.read_until(pipe.out, seen, [&] { return seen.size() == first.size() + second.size() + 2; });
  CHECK(seen == first + second + "xy");
  CHECK(resumed == 1);
}

TEST_CASE("a full output is told once, and jobs are not left waiting") {
  const test::owned_fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  rig r(ordered(), full.value());
  r.open(1);
  r.open(2);
  CHECK(r.write(1, out, pattern(500000)) == flow::more);
  r.write(2, out, pattern(500000));
  r.write(2, err, "still here");
  r.close(1);
  r.close(2);
  r.finish();
  CHECK(r.failures == std::vector<std::string>{"stdout: No space left on device"});
  CHECK(r.printed_err() == "still here");
}

TEST_CASE("of two outputs that fail, the first is told") {
  const test::owned_fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  rig r(grouped(), full.value(), full.value());
  r.open(1);
  r.write(1, out, "a");
  r.write(1, err, "b");
  r.close(1);
  r.finish();
  run_ready(r.loop);
  CHECK(r.failures == std::vector<std::string>{"stdout: No space left on device"});
}

TEST_CASE("a spool that cannot be written is told once") {
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{1 << 20, before.rlim_max};
  rig r(grouped());
  r.open(1);
  ::setrlimit(RLIMIT_FSIZE, &small);
  for (int i = 0; i < 100; ++i) r.write(1, out, pattern(100000));
  ::setrlimit(RLIMIT_FSIZE, &before);
  CHECK(r.failures.empty());  // not from within write
  run_ready(r.loop);
  REQUIRE(r.failures.size() == 1);
  CHECK(r.failures.front() == "temporary file in " + r.space.directory() + ": File too large");
  r.close(1);
  ::signal(SIGXFSZ, SIG_DFL);
}
