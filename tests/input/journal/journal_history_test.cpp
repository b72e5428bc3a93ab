#include "support/catch.hpp"

#include <random>

#include <fmt/format.h>
#include <boost/crc.hpp>

#include "sample_run.hpp"

using namespace weir;
using namespace weir::test;

namespace {

journal_history read_all(const std::string& text) {
  journal_history history;
  CHECK(read(history, text) == 0);
  return history;
}

}  // namespace

TEST_CASE("what ended is known with its verdict, what did not is unknown") {
  auto history = read_all(sample_run("r")
                              .run(job("good"))
                              .run(job("bad"), verdict::failed)
                              .run(job("skip"), verdict::skipped)
                              .text);
  CHECK(history.ended() == 3);
  CHECK(history.next(job("bad").key) == earlier_run::failed);
  CHECK(history.next(job("good").key) == earlier_run::succeeded);
  CHECK(history.next(job("skip").key) == earlier_run::skipped);
  CHECK(history.next(job("new").key) == earlier_run::unknown);
}

TEST_CASE("of jobs with the same content as many are known as ended") {
  auto history = read_all(sample_run("r").run(job("a")).run(job("a")).start(job("a")).text);
  CHECK(history.next(job("a").key) == earlier_run::succeeded);
  CHECK(history.next(job("a").key) == earlier_run::succeeded);
  CHECK(history.next(job("a").key) == earlier_run::unfinished);
  CHECK(history.next(job("a").key) == earlier_run::unknown);
}

TEST_CASE("a journal of another version is known as that") {
  CHECK_FALSE(read_all(sample_run("r").text).other_version());
  std::string line = R"({"type":"run","v":2,"run":"r","pid":1,"resumed":false)";
  boost::crc_32_type crc;
  crc.process_bytes(line.data(), line.size());
  line += fmt::format(R"(,"crc":"{:08x}"}})", crc.checksum()) + "\n";
  CHECK(read_all(line).other_version() == 2);
}

TEST_CASE("a start without an end is unfinished, and told by its title") {
  const auto history = read_all(sample_run("r").start(job("a")).run(job("b")).text);
  CHECK(history.unfinished() == 1);
  CHECK(history.unfinished_titles(10) == std::vector<std::string>{"echo a"});
}

TEST_CASE("between two attempts a job is neither ended nor unfinished") {
  auto history = read_all(sample_run("r").start(job("a")).fail_once(job("a")).text);
  CHECK(history.unfinished() == 0);
  CHECK(history.next(job("a").key) == earlier_run::unknown);
}

TEST_CASE("what was cancelled, or skipped for what it needed, runs again") {
  auto history = read_all(sample_run("r")
                              .start(job("a"))
                              .end(job("a"), verdict::cancelled, cancelled{true})
                              .end(job("b"), verdict::skipped, skipped{"needs a"}, 0)
                              .text);
  CHECK(history.next(job("a").key) == earlier_run::unknown);
  CHECK(history.next(job("b").key) == earlier_run::unknown);
}

TEST_CASE("resumed runs add up, and what ran again counts once") {
  const auto failed_again = job("bad", earlier_run::failed_again);
  const auto interrupted = job("cut", earlier_run::interrupted_again);
  auto history = read_all(
      sample_run("r1").run(job("good")).run(job("bad"), verdict::failed).start(job("cut")).text +
      sample_run("r2", true).run(failed_again).run(interrupted).text);
  CHECK(history.ended() == 3);
  CHECK(history.unfinished() == 0);
  CHECK(history.next(job("bad").key) == earlier_run::succeeded);
  CHECK(history.next(job("bad").key) == earlier_run::unknown);
  CHECK(history.next(job("cut").key) == earlier_run::succeeded);
  CHECK(history.next(job("good").key) == earlier_run::succeeded);
}

TEST_CASE("a run that resumed nothing begins anew") {
  auto history =
      read_all(sample_run("r1").run(job("a")).start(job("b")).text + sample_run("r2").text);
  CHECK(history.ended() == 0);
  CHECK(history.unfinished() == 0);
  CHECK(history.next(job("a").key) == earlier_run::unknown);
}

TEST_CASE("other records have something of a run only if a job of it may have ended") {
  CHECK_FALSE(read_all(sample_run("r").start(job("a")).fail_once(job("a")).text).may_have_ends());
  CHECK(read_all(sample_run("r").run(job("a")).start(job("b")).text).may_have_ends());
  CHECK_FALSE(
      read_all(sample_run("r1").run(job("a")).text + sample_run("r2").text).may_have_ends());
  // The damaged line may have been an end.
  journal_history damaged;
  CHECK(read(damaged, sample_run("r").start(job("a")).text + "x\n") == 1);
  CHECK(damaged.may_have_ends());
}

TEST_CASE("when a run's first line is damaged, nothing from before it is taken for its own") {
  std::string second = sample_run("r2").run(job("b")).text;
  second[20] ^= 1;
  journal_history history;
  CHECK(read(history, sample_run("r1").run(job("a")).text + second) == 1);
  CHECK(history.next(job("a").key) == earlier_run::unknown);
  CHECK(history.next(job("b").key) == earlier_run::succeeded);
}

TEST_CASE("a journal cut off anywhere tells of no job more than was written") {
  std::vector<std::size_t> ends;
  sample_run run("r");
  for (int i = 0; i < 5; ++i) {
    run.run(job(std::to_string(i)));
    ends.push_back(run.text.size());
  }
  for (std::size_t length = 0; length <= run.text.size(); ++length) {
    journal_history history;
    const int damaged = read(history, std::string_view(run.text).substr(0, length));
    const auto whole =
        std::count_if(ends.begin(), ends.end(), [&](std::size_t end) { return end <= length; });
    if (damaged != 0 || history.ended() != static_cast<std::uint64_t>(whole)) {
      CAPTURE(length);
      CHECK(damaged == 0);
      CHECK(history.ended() == static_cast<std::uint64_t>(whole));
    }
  }
}

TEST_CASE("no flipped bit makes a job that did not end look as if it had") {
  sample_run run("r");
  for (int i = 0; i < 8; ++i) run.run(job("good " + std::to_string(i)));
  for (int i = 0; i < 8; ++i) run.start(job("open " + std::to_string(i)));
  std::minstd_rand random(1);
  for (int trial = 0; trial < 5'000; ++trial) {
    std::string text = run.text;
    text[random() % text.size()] ^= static_cast<char>(1U << (random() % 8));
    journal_history history;
    read(history, text);
    bool forged = history.ended() > 8;
    for (int i = 0; i < 8; ++i) {
      const auto known = history.next(job("open " + std::to_string(i)).key);
      forged = forged || (known != earlier_run::unfinished && known != earlier_run::unknown);
    }
    if (forged) FAIL("trial " << trial);
  }
}

TEST_CASE("the mean time is that of the jobs that ran to an end") {
  CHECK_FALSE(read_all(sample_run("r").start(job("a")).text).mean_time());
  CHECK(read_all(sample_run("r").run(job("a")).run(job("b")).text).mean_time() ==
        std::chrono::milliseconds(1500));
}

TEST_CASE("how a job ended is known, whatever it was, and taken once") {
  const auto a = job("a");
  auto history = read_all(sample_run("r")
                              .start(a)
                              .end(a, verdict::failed, timed_out{std::chrono::seconds(2)})
                              .start(a)
                              .end(a, verdict::failed, signaled{11, true})
                              .start(a)
                              .end(a, verdict::failed, spawn_failed{ENOENT, "a/b", "chdir"})
                              .start(a)
                              .end(a, verdict::skipped, exited{77})
                              .start(a)
                              .end(a, verdict::succeeded, exited{3})
                              .run(a)
                              .text);
  const auto next = [&] {
    const earlier_run told = history.next(a.key);
    const auto how = history.end_of(a.key, told);
    return how ? describe(*how) : std::string();
  };
  CHECK(next() == "exit 3");
  CHECK(next().empty());
  CHECK(next() == "exit 77");
  CHECK(next() == "timed out after 2s");
  CHECK(next() == "SIGSEGV (core dumped)");
  CHECK(next() == "chdir a/b: No such file or directory");
  CHECK(next().empty());
}

TEST_CASE("of a job that failed and ran again the last end is known") {
  const auto a = job("a");
  const auto again = job("a", earlier_run::failed_again);
  auto history = read_all(sample_run("r").start(a).end(a, verdict::failed, exited{3}).text +
                          sample_run("s", true)
                              .start(again)
                              .end(again, verdict::failed, timed_out{std::chrono::seconds(1)})
                              .text);
  CHECK(history.next(a.key) == earlier_run::failed);
  CHECK(describe(*history.end_of(a.key, earlier_run::failed)) == "timed out after 1s");
  CHECK(history.next(a.key) == earlier_run::unknown);
}

TEST_CASE("a job that ran again for what it needs has ended once, where it did so last") {
  const std::string first = sample_run("r").run(job("a")).run(job("b"), verdict::skipped).text;
  const auto again = job("a", earlier_run::succeeded_again);
  const auto skipped = job("b", earlier_run::skipped_again);
  auto killed = read_all(first + sample_run("s", true).start(again).text);
  CHECK(killed.next(again.key) == earlier_run::unfinished);
  CHECK(killed.next(again.key) == earlier_run::unknown);

  auto history = read_all(first + sample_run("s", true).run(again).run(skipped).text);
  CHECK(history.ended() == 2);
  CHECK(history.lines_of(again.key).first == history.lines_of(again.key).last);
  CHECK(history.lines_of(again.key).first < history.lines_of(skipped.key).first);
  CHECK(history.next(again.key) == earlier_run::succeeded);
  CHECK(history.next(again.key) == earlier_run::unknown);
  CHECK(history.next(skipped.key) == earlier_run::succeeded);
  CHECK(history.next(skipped.key) == earlier_run::unknown);
}

TEST_CASE("a job that ran again, and whose first end is damaged, does not count below nothing") {
  const auto history = read_all(sample_run("r").start(job("a", earlier_run::failed_again)).text);
  CHECK(history.ended() == 0);
}

TEST_CASE("of jobs of one key the first and the last end are known") {
  auto history = read_all(sample_run("r").run(job("a")).run(job("b")).run(job("a")).text);
  const auto a = history.lines_of(job("a").key);
  const auto b = history.lines_of(job("b").key);
  CHECK(a.first < b.first);
  CHECK(b.first == b.last);
  CHECK(b.last < a.last);
  CHECK(history.lines_of(job("new").key).last == 0);
}

TEST_CASE("hundreds of jobs of one key that failed and ran again count once each") {
  std::string text = sample_run("r").text;
  constexpr std::size_t many = 300;
  sample_run first("r");
  sample_run second("s", true);
  const auto again = job("a", earlier_run::failed_again);
  for (std::size_t i = 0; i < many; ++i) first.run(job("a"), verdict::failed);
  for (std::size_t i = 0; i < many; ++i) second.run(again);
  auto history = read_all(first.text + second.text);
  CHECK(history.ended() == many);
  for (std::size_t i = 0; i < many; ++i) CHECK(history.next(again.key) == earlier_run::succeeded);
  CHECK(history.next(again.key) == earlier_run::unknown);
}
