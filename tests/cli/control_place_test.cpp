// Where weir ctl finds a run, what it does if there is none, and how it waits for one.
#include <csignal>
#include <filesystem>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "support/catch.hpp"
#include "support/test_space.hpp"

#include "controlled_run.hpp"

using namespace test;
using Catch::Contains;

namespace {

/// It has a socket, and waits.
bool is_connected(pid_t pid) {
  for (const auto& fd :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd")) {
    std::error_code gone;
    if (std::filesystem::read_symlink(fd, gone).string().starts_with("socket:"))
      return process_stat(pid).state == 'S';
  }
  return false;
}

}  // namespace

TEST_CASE("a first word before a command is where the run is, even if nothing is there") {
  test_space t;
  for (const char* place : {"c.sock", "./c.sock"}) {
    const auto none = t.shell(std::string("$WEIR ctl ") + place + " status");
    CHECK(none.exit_code() == 3);
    CHECK_THAT(none.err, Contains("c.sock: No such file or directory"));
  }
  t.write("plain", "");
  const auto nobody = t.shell("$WEIR ctl ./plain status");
  CHECK(nobody.exit_code() == 2);
  CHECK(nobody.err == "weir: ctl: no run listens at ./plain\n");
  CHECK_THAT(t.shell("$WEIR ctl statsu").err,
             Contains("statsu: unknown command; did you mean status?"));
  CHECK_THAT(t.shell("$WEIR ctl lmit 4").err,
             Contains("lmit: unknown command; did you mean limit?"));
}

TEST_CASE("no directory is made where TMPDIR says that one is") {
  test_space t;
  const auto run = t.shell(
      "export XDG_RUNTIME_DIR= TMPDIR=$PWD/no1/no2; $WEIR --control $WEIR ctl status ::: 1; $WEIR "
      "--as sem "
      "--fg true");
  CHECK(run.exit_code() == 0);
  CHECK_FALSE(t.exists("no1"));
}

TEST_CASE("a run of another user is told to be one") {
  if (::geteuid() != 0) return;
  controlled_run run("-j1", "1");
  test_space::eventually([&] { return run.up() == 1; });
  // The run goes by who asks, not only by the mode of its socket.
  ::chmod(run.t.path(".").c_str(), 0755);
  ::chmod(run.t.path("s").c_str(), 0777);
  const auto other = [&](const std::string& words) {
    return run.t.shell("setpriv --reuid=65534 --clear-groups $WEIR ctl " + words);
  };
  for (const char* const words : {"./s wait", "./s status"}) {
    const auto said = other(words);
    CHECK(said.exit_code() == 3);
    CHECK(said.err ==
          "weir: ctl: the run belongs to another user (UID 0), and takes commands from that one "
          "only\n");
  }
  run.go();
  CHECK(run.t.join(run.weir).exit_code() == 0);
}

TEST_CASE("without a path a run is found by its user, and waited for") {
  test_space t;
  const std::string runtime = "export XDG_RUNTIME_DIR=" + t.path("runtime") + "; ";
  std::filesystem::create_directory(t.path("runtime"));
  CHECK_THAT(t.shell(runtime + "$WEIR ctl status").err, Contains("none of your runs is listening"));
  const auto weir =
      t.start_shell(runtime + "exec $WEIR --control 'touch up; exec $CHILD wait-for go{}' ::: 1");
  t.wait_for_file("up");
  const std::string socket = t.path("runtime/weir/" + std::to_string(weir));
  struct stat about {};
  REQUIRE(::stat(socket.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  // What a kill -9 has left does not count.
  const auto killed =
      t.start_shell(runtime + "exec $WEIR --control 'touch up{}; exec $CHILD wait-for go' ::: 2");
  t.wait_for_file("up2");
  CHECK_THAT(t.shell(runtime + "$WEIR ctl status").err,
             Contains("several of your runs are listening"));
  CHECK(t.shell(runtime + "$WEIR ctl " + std::to_string(weir) + " status").exit_code() == 0);
  const pid_t engine = t.engine_of(killed);
  ::kill(engine, SIGKILL);
  t.join(killed);
  CHECK_THAT(t.shell(runtime + "$WEIR ctl status").out, Contains("1 running"));
  const auto waiting = t.start_shell(runtime + "exec $WEIR ctl --json wait");
  test_space::eventually([&] { return is_connected(waiting); });
  t.write("go1", "");
  const auto waited = t.join(waiting);
  CHECK(waited.exit_code() == 0);
  CHECK(
      waited.out ==
      R"({"ok":true,"status":0,"succeeded":1,"failed":0,"skipped":0,"cancelled":0,"not_started":0})"
      "\n");
  CHECK(t.join(weir).exit_code() == 0);
  CHECK_FALSE(std::filesystem::exists(socket));
}

TEST_CASE("who waits for a run is told how it ended, also by the exit status") {
  const auto wait_for_end = [](const std::string& options, int signal) {
    test_space t;
    const auto weir = t.start_shell("exec $WEIR --control=s -j3 " + options +
                                    " 'touch up{}; $CHILD wait-for go; exit {}' ::: 0 3");
    for (const char* const up : {"up0", "up3"}) t.wait_for_file(up);
    const auto waiting = t.start_shell("exec $WEIR ctl ./s wait");
    test_space::eventually([&] { return is_connected(waiting); });
    if (signal != 0) ::kill(signal == SIGKILL ? t.engine_of(weir) : weir, signal);
    if (signal == 0) t.write("go", "");
    t.join(weir);
    finished end = t.join(waiting);
    t.write("go", "");
    return end;
  };
  const auto failed = wait_for_end("", 0);
  CHECK(failed.exit_code() == 1);
  CHECK(failed.out == "the run ended with exit status 1: 1 failed, 1 succeeded\n");
  const auto stopped = wait_for_end("", SIGTERM);
  CHECK(stopped.exit_code() == 128 + SIGTERM);
  CHECK(stopped.out == "the run ended with exit status 143 (SIGTERM): 2 cancelled\n");
  const auto killed = wait_for_end("", SIGKILL);
  CHECK(killed.exit_code() == 3);
  CHECK_THAT(killed.err, Contains("the run ended without saying how"));
  CHECK(killed.out.empty());
}

TEST_CASE("a socket that somebody listens to, or that is a file, is refused before a job starts") {
  controlled_run run("-j1", "1");
  test_space::eventually([&] { return run.up() == 1; });
  auto second = run.t.shell("$WEIR --control=s touch ::: started");
  CHECK(second.exit_code() == 2);
  CHECK_THAT(second.err, Contains("s: Address already in use"));
  run.t.write("file", "");
  second = run.t.shell("$WEIR --control=file touch ::: started");
  CHECK(second.exit_code() == 2);
  CHECK_FALSE(run.t.exists("started"));
  CHECK(run.t.read("file").empty());
  CHECK(run.ctl("status").exit_code() == 0);
  run.go();
  CHECK(run.t.join(run.weir).exit_code() == 0);
}

TEST_CASE("a run with as many clients as it listens to says so, and wait waits for its turn") {
  controlled_run run("-j1", "1");
  run.t.wait_for_file("up1");
  std::vector<pid_t> clients;
  for (int i = 0; i < 32; ++i) {
    clients.push_back(run.t.start_shell("exec $WEIR ctl ./s wait"));
    test_space::eventually([&] { return is_connected(clients.back()); });
  }
  const auto refused = run.ctl("--json status");
  CHECK(refused.exit_code() == 1);
  CHECK(refused.out.starts_with(R"({"ok":false,"error":"the run listens to 32 others)"));
  const pid_t late = run.t.start_shell("exec $WEIR ctl ./s wait 2> late");
  test_space::eventually([&] { return !run.t.read("late").empty(); });
  // Two, so that there is a place for what asks whether the run has noticed.
  for (int i = 0; i < 2; ++i) {
    ::kill(clients.back(), SIGKILL);
    run.t.join(clients.back());
    clients.pop_back();
  }
  test_space::eventually([&] { return run.ctl("status").exit_code() == 0; });
  test_space::eventually([&] { return is_connected(late); });
  run.go();
  clients.push_back(late);
  for (const pid_t each : clients) CHECK(run.t.join(each).exit_code() == 0);
  CHECK(run.t.join(run.weir).exit_code() == 0);
}

TEST_CASE("a PID without a run is told") {
  test_space t;
  const auto said = t.shell("$WEIR ctl 4194399 status");
  CHECK(said.exit_code() == 2);
  CHECK(said.err == "weir: ctl: no run with --control has the PID 4194399\n");
}

TEST_CASE("what is wrong with the place of --control is told with its name") {
  test_space t;
  const auto there = t.weir({"--control=none/s", "true", ":::", "x"});
  CHECK(there.exit_code() == 2);
  CHECK_THAT(there.err, Contains("weir: --control: none/s: No such file or directory"));
  t.write("file", "");
  CHECK_THAT(t.weir({"--control=file", "true", ":::", "x"}).err, Contains("--control: file: "));
}

TEST_CASE("a directory of the login that does not exist is not made") {
  test_space t;
  const auto run = t.shell(
      "export XDG_RUNTIME_DIR=$PWD/none TMPDIR=$PWD; "
      "$WEIR --control true ::: x");
  CHECK(run.exit_code() == 0);
  CHECK_FALSE(t.exists("none"));
}
