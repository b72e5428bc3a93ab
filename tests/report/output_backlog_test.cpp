// Output that cannot go out as fast as it comes, or not at all: what waits where, and who is told.
#include <csignal>

#include <sys/resource.h>
#include <sys/stat.h>

#include "output_rig.hpp"
#include "support/catch.hpp"

using namespace weir;
using namespace weir::test;
using ::test::run_ready;
using ::test::run_until;

TEST_CASE("a streaming job waits for a slow reader and is resumed once") {
  const auto pipe = ::test::make_pipe();
  output_rig r(ordered(), pipe.in.value());
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
  CHECK(seen + ::test::read_now(pipe.out) == bytes);
  CHECK(r.write(1, out, "x") == flow::more);
  r.close(1);
  run_ready(r.loop);
  r.read_until(pipe.out, seen, [&] { return seen.size() == 2 * bytes.size() + 1; });
  CHECK(seen == bytes + "x" + bytes);
  CHECK(resumed == 1);
  r.close(2);
}

TEST_CASE("a job that ends while it waits is not resumed") {
  const auto pipe = ::test::make_pipe();
  output_rig r(by_line(), pipe.in.value());
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
    seen += ::test::read_now(pipe.out).size();
    return seen == 4000002;
  });
  run_until(r.loop, [&] { return resumed == 1; });
  run_ready(r.loop);
  CHECK(resumed == 1);
}

// Seed 20261201434374 of the simulation: what had to be resumed was gone, and weir died.
TEST_CASE("a job that ends while it waits is not resumed when its turn comes, either") {
  constexpr std::size_t most = 1 << 20;
  const auto pipe = ::test::make_pipe();
  output_rig r(ordered(), pipe.in.value(), -1, {.files = most});
  r.open(1);
  r.open(2);
  r.open(3);
  unsigned resumed = 0;
  r.sinks[2]->resume = [&] { ++resumed; };
  const std::string bytes = pattern(2 * most);
  CHECK(r.write(1, out, bytes) == flow::wait);
  CHECK(r.write(3, out, bytes) == flow::wait);  // files hold as much as they may
  CHECK(r.write(2, out, "x") == flow::wait);
  r.close(2);
  std::string seen;
  r.read_until(pipe.out, seen, [&] { return seen.size() == bytes.size(); });
  run_ready(r.loop);
  CHECK(resumed == 0);
  r.close(1);
  r.close(3);
  r.read_until(pipe.out, seen, [&] { return seen.size() == 2 * bytes.size() + 1; });
  CHECK(seen == bytes + "x" + bytes);
}

TEST_CASE("memory stays flat while the first job is stuck") {
  output_rig r(ordered());
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
  const auto pipe = ::test::make_pipe();
  output_rig r(grouped(), pipe.in.value());
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
  const auto pipe = ::test::make_pipe();
  const auto pipe_err = ::test::make_pipe();
  output_rig r(grouped(), pipe.in.value(), pipe_err.in.value());
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
  const auto pipe = ::test::make_pipe();
  output_rig r(grouped(), pipe.in.value(), -1, {.files = most});
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
  const ::test::owned_fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  output_rig r(ordered(), full.value());
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
  const ::test::owned_fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  output_rig r(grouped(), full.value(), full.value());
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
  output_rig r(grouped());
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
