// How runs are stopped, with real signals and real process trees.
#include "support/catch.hpp"
#include "support/sanitized.hpp"
#include "support/stubborn.hpp"
#include "support/test_space.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace test;

TEST_CASE("INT, TERM, HUP and QUIT leave nothing behind, and weir dies by the signal") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
    INFO("signal " << signal);
    test_space t;
    const pid_t weir = t.start(stubborn({"-j2", "--close-timeout", "0.1s"}));
    t.wait_for_file("up1");
    t.wait_for_file("up2");
    ::kill(weir, signal);
    const auto run = t.join(weir);
    CHECK(run.term_signal() == signal);
    CHECK(t.survivors().empty());
  }
}

TEST_CASE("jobs that obey are asked first, and can clean up") {
  test_space t;
  const pid_t weir = t.start(
      {"-j1",
       ": {}; trap 'sleep 0.1; touch cleaned; exit' TERM; touch up; while :; do sleep 0.05; done",
       ":::", "x"});
  t.wait_for_file("up");
  ::kill(weir, SIGINT);
  CHECK(t.join(weir).term_signal() == SIGINT);
  CHECK(t.exists("cleaned"));
}

TEST_CASE("while input is read as a whole, a signal ends weir at once") {
  const std::vector<std::vector<std::string>> ways{
      {"echo", "::::", "fifo", ":::", "a"},  // a product
      {"--file", "fifo", "--format", "toml"},
      {"--file", "fifo", "--format", "jsonl"},
      {"--dry-run", "-a", "fifo", "echo"}};
  for (const auto& way : ways) {
    INFO(way[0] << ' ' << way[1]);
    test_space t;
    REQUIRE(::mkfifo(t.path("fifo").c_str(), 0600) == 0);
    const pid_t weir = t.start(way);
    int writer = -1;  // can be had once weir reads
    test_space::eventually([&] {
      writer = ::open(t.path("fifo").c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
      return writer >= 0;
    });
    ::kill(weir, SIGTERM);
    CHECK(t.join(weir).term_signal() == SIGTERM);
    CHECK(t.survivors().empty());
    ::close(writer);
  }
}

TEST_CASE("a background job of a shell is ended with it") {
  test_space t;
  const pid_t weir = t.start({"-j1", ": {}; sleep 1000 & touch up; wait", ":::", "x"});
  t.wait_for_file("up");
  ::kill(weir, SIGINT);
  t.join(weir);
  CHECK(t.survivors().empty());
}

TEST_CASE("what moves on from process to process is ended with its job") {
  test_space t;
  const pid_t weir = t.start({"-j4", "--close-timeout", "10ms",
                              "$CHILD ignore-term daemon touch up{} hop 300 forever then forever",
                              ":::", "1", "2", "3", "4"});
  for (const char* job : {"up1", "up2", "up3", "up4"}) t.wait_for_file(job);
  ::kill(weir, SIGINT);
  CHECK(t.join(weir).term_signal() == SIGINT);
  CHECK(t.survivors().empty());
}

TEST_CASE("Ctrl-C waits for shielded jobs, and starts nothing more") {
  test_space t;
  const pid_t weir =
      t.start({"-j1", "--shield"}, child() + " touch up wait-for go say done\necho no\n");
  t.wait_for_file("up");
  ::kill(weir, SIGINT);
  test_space::eventually([&] { return t.read("err.1").find("shielded job") != std::string::npos; });
  t.write("go", "");
  const auto run = t.join(weir);
  CHECK(run.term_signal() == SIGINT);
  CHECK(run.out == "done\n");
}

TEST_CASE("a second Ctrl-C ends shielded jobs too") {
  test_space t;
  const pid_t weir = t.start({"-j1", "--shield", "CHILD", "touch", "up", "forever", ":::", "x"});
  t.wait_for_file("up");
  ::kill(weir, SIGINT);
  test_space::eventually([&] { return t.read("err.1").find("shielded job") != std::string::npos; });
  // The same signal within 300 ms counts once: sent until it has been heard.
  test_space::eventually([&] {
    ::kill(weir, SIGINT);
    return t.survivors().size() <= 2 || ::kill(weir, 0) != 0;  // keeper and engine
  });
  CHECK(t.join(weir).term_signal() == SIGINT);
  CHECK(t.survivors().empty());
}

TEST_CASE("output that is lost while shielded jobs are waited for does not end them") {
  test_space t;
  const auto run = t.shell(
      "$WEIR -j2 --shield --term-timeout 60 "
      "'$CHILD touch up.{} wait-for go.{} say out touch end.{}' ::: a b > /dev/full 2> said & "
      "weir=$!\n"
      "$CHILD wait-for up.a wait-for up.b; kill -TERM $weir\n"
      "until grep -q 'waiting for 2 shielded jobs' said; do sleep 0.01; done; : > go.a\n"
      "until grep -q 'No space left' said; do sleep 0.01; done; : > go.b; wait $weir");
  INFO(t.read("said"));
  CHECK(t.exists("end.b"));
  CHECK(t.survivors().empty());
}

TEST_CASE("shielded jobs are waited for no longer than asked") {
  test_space t;
  const pid_t weir = t.start(
      {"-j1", "--shield", "--wait-timeout", "0.1s", "CHILD", "touch", "up", "forever", ":::", "x"});
  t.wait_for_file("up");
  ::kill(weir, SIGINT);
  CHECK(t.join(weir).term_signal() == SIGINT);
  CHECK(t.survivors().empty());
}

TEST_CASE("output collected before a stop is printed") {
  test_space t;
  const pid_t weir =
      t.start({"-j2", "CHILD", "say", "so far {}", "touch", "up{}", "forever", ":::", "1", "2"});
  t.wait_for_file("up1");
  t.wait_for_file("up2");
  ::kill(weir, SIGTERM);
  CHECK(sorted_lines(t.join(weir).out) == std::vector<std::string>{"so far 1", "so far 2"});
}

TEST_CASE("signals that were ignored at the start stay ignored") {
  test_space t;
  const auto run =
      t.shell("trap '' INT HUP; $WEIR -j1 'kill -INT $PPID; kill -HUP $PPID; echo {}' ::: a b");
  CHECK(run.out == "a\nb\n");
  CHECK(run.exit_code() == 0);
}

TEST_CASE("a job has the signals and limits that weir was started with") {
  test_space t;
  const auto run = t.shell(
      "trap '' HUP; ulimit -S -n 77; $WEIR -j1 "
      "'ulimit -S -n; grep -hE \"^Sig(Blk|Ign)\" /proc/self/status' ::: x; "
      "grep -hE '^Sig(Blk|Ign)' /proc/self/status");
  const auto all = lines(run.out);
  REQUIRE(all.size() == 5);
  CHECK(all[0] == "77");
  CHECK(all[1] == all[3]);
  CHECK(all[2] == all[4]);
}

TEST_CASE("few descriptors mean fewer jobs at once, not failures") {
  if (is_sanitized()) return;
  test_space t;
  const auto run = t.shell("ulimit -n 24; seq 100 | $WEIR -j50 -k echo | tail -n 1");
  CHECK(run.out == "100\n");
}
