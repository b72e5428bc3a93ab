// The process in front: what it answers to kill -9, what it passes on, how it ends.
#include "support/catch.hpp"
#include "support/stubborn.hpp"
#include "support/test_space.hpp"

#include <chrono>
#include <map>
#include <thread>

#include <signal.h>
#include <unistd.h>

using namespace test;

namespace {

/// A job that writes the pid of its engine and stays; "up" is there afterwards.
const std::string says_engine = "echo $PPID > engine; touch up; exec $CHILD forever";

pid_t number_in(const test_space& t, const std::string& file) {
  return static_cast<pid_t>(std::stol(t.read(file)));
}

char state_of(pid_t pid) {
  return process_stat(pid).state;
}

}  // namespace

TEST_CASE("kill -9 of the engine ends every descendant") {
  test_space t;
  const pid_t weir = t.start(stubborn({"-j2"}));
  t.wait_for_file("up1");
  t.wait_for_file("up2");
  const pid_t engine = t.engine_of(weir);
  REQUIRE(engine != 0);
  ::kill(engine, SIGKILL);
  const auto run = t.join(weir);
  CHECK(run.term_signal() == SIGKILL);
  CHECK(t.survivors().empty());
  CHECK(run.err.find("killed by SIGKILL") != std::string::npos);
}

TEST_CASE("kill -9 of the keeper has the engine stop in order") {
  test_space t;
  const pid_t weir = t.start(stubborn({"-j2", "--close-timeout", "0.1s"}));
  t.wait_for_file("up1");
  t.wait_for_file("up2");
  ::kill(weir, SIGKILL);
  CHECK(t.join(weir).term_signal() == SIGKILL);
  test_space::eventually([&] { return t.survivors().empty(); });
  CHECK(t.read("err.1").find("stopping (SIGTERM)") != std::string::npos);
}

TEST_CASE("KILL to the whole group after a request to end, as from timeout -k, leaves nothing") {
  for (const int signal : {SIGTERM, SIGINT}) {
    test_space t;
    const pid_t weir = t.start_in_group(stubborn({"-j2", "--close-timeout", "1h"}));
    for (const char* const up : {"up1", "up2"}) t.wait_for_file(up);
    ::kill(-weir, signal);
    test_space::eventually([&] { return t.read("err.1").find("stopping") != std::string::npos; });
    ::kill(-weir, SIGKILL);
    CHECK(t.join(weir).term_signal() == SIGKILL);
    test_space::eventually([&] { return t.survivors().empty(); });
  }
}

TEST_CASE("weir ends as its engine crashed") {
  test_space t;
  const auto run = t.weir({"-j1", "kill -ABRT $PPID; exec $CHILD forever"}, "");
  CHECK(run.exit_code() == 0);  // no item, no job
  const auto crashed =
      t.weir({"-j1", "-q", ": {}; kill -ABRT $PPID; exec $CHILD forever", ":::", "x"});
  CHECK(crashed.term_signal() == SIGABRT);
  CHECK(t.survivors().empty());
}

TEST_CASE("under a /proc of another pid namespace no stranger is killed") {
  test_space t;
  if (t.shell("unshare -pf true").exit_code() != 0) {
    WARN("skipped: unshare(1) is refused here");
    return;
  }
  // Low numbers are kernel threads out there, and bystanders in here.
  t.write("bystanders.sh",
          "$WEIR -q -j1 ': {}; setsid $CHILD touch apart wait-for go >/dev/null 2>&1 & "
          "until [ -e up20 ] && [ -e apart ]; do sleep 0.01; done; kill -9 $PPID; "
          "exec $CHILD forever' ::: x & weir=$!\n"
          "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do\n"
          "  $CHILD touch up$i wait-for go touch done$i &\n"
          "done\n"
          "wait $weir; echo $?; : > go; wait\n");
  const auto run = t.shell("unshare -pf --kill-child sh bystanders.sh");
  CHECK(run.out == "137\n");
  CHECK(run.err.find("another pid namespace") != std::string::npos);
  for (int i = 1; i <= 20; ++i) CHECK(t.exists("done" + std::to_string(i)));
}

TEST_CASE("children that weir had before it was weir are not its jobs") {
  test_space t;
  const auto run = t.shell(
      "$CHILD pid stranger forever & "
      "exec $WEIR -q -j1 ': {}; until [ -e stranger ]; do sleep 0.01; done; kill -9 $PPID; "
      "exec $CHILD forever' ::: x");
  CHECK(run.term_signal() == SIGKILL);
  CHECK(t.survivors() == std::vector<pid_t>{number_in(t, "stranger")});
}

TEST_CASE("PARALLEL_PID is the process that the user sees") {
  test_space t;
  const pid_t weir = t.start(
      {"-j1", ": {}; echo $PARALLEL_PID > front; touch up; exec $CHILD forever", ":::", "x"});
  t.wait_for_file("up");
  CHECK(number_in(t, "front") == weir);
  ::kill(weir, SIGTERM);
  CHECK(t.join(weir).term_signal() == SIGTERM);
}

TEST_CASE("SIGTERM to the engine alone stops the run in order, too") {
  test_space t;
  const pid_t weir = t.start({"-j1", says_engine + "; : {}", ":::", "x"});
  t.wait_for_file("up");
  ::kill(number_in(t, "engine"), SIGTERM);
  CHECK(t.join(weir).term_signal() == SIGTERM);
  CHECK(t.survivors().empty());
}

TEST_CASE("a signal to the whole process group counts once") {
  test_space t;
  const pid_t weir = t.start_in_group(
      {"-j1", "--shield", "CHILD", "touch", "up", "wait-for", "go", "say", ":::", "done"});
  t.wait_for_file("up");
  ::kill(-weir, SIGINT);
  test_space::eventually([&] { return t.read("err.1").find("shielded job") != std::string::npos; });
  t.write("go", "");
  const auto run = t.join(weir);
  CHECK(run.term_signal() == SIGINT);
  CHECK(run.out == "done\n");
}

TEST_CASE("SIGTSTP to the keeper alone stops everything, SIGCONT goes on") {
  test_space t;
  const pid_t weir =
      t.start_in_group({"-j1", "CHILD", "pid", "job", "wait-for", "go", "say", ":::", "done"});
  t.wait_for_file("job");
  const std::vector<pid_t> all{weir, t.engine_of(weir), number_in(t, "job")};
  ::kill(weir, SIGTSTP);
  for (const pid_t pid : all) test_space::eventually([&] { return state_of(pid) == 'T'; });
  ::kill(weir, SIGCONT);
  for (const pid_t pid : all) test_space::eventually([&] { return state_of(pid) != 'T'; });
  t.write("go", "");
  const auto run = t.join(weir);
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "done\n");
}

TEST_CASE("a SIGCONT right after a SIGTSTP is not lost, whenever it comes") {
  for (int moment = 0; moment < 12; ++moment) {
    test_space t;
    const pid_t weir = t.start_in_group(
        {"-j4", "-q", "$CHILD touch up{} wait-for go; :", ":::", "1", "2", "3", "4"});
    for (const char* const up : {"up1", "up2", "up3", "up4"}) t.wait_for_file(up);
    const pid_t whom = moment % 2 == 0 ? -weir : weir;
    ::kill(whom, SIGTSTP);
    std::this_thread::sleep_for(
        std::chrono::microseconds(moment * 50));  // waits for nothing: another moment of the stop
    ::kill(whom, SIGCONT);
    t.write("go", "");
    CHECK(t.join(weir).exit_code() == 0);
  }
}

TEST_CASE("the keeper holds no descriptor but stderr, jobs have them all") {
  test_space t;
  const auto run = t.shell(
      "exec 7>seven; $WEIR -j1 ': {}; echo here >&7; "
      "until [ \"$(ls /proc/$PARALLEL_PID/fd)\" = 2 ]; do sleep 0.01; done; echo alone' ::: x");
  CHECK(run.out == "alone\n");
  CHECK(t.read("seven") == "here\n");
}

TEST_CASE("orphans that end while jobs run do not stay zombies") {
  test_space t;
  const auto run = t.shell(
      "$WEIR -j1 ': {} > pids; for i in 1 2 3 4 5; do (sh -c \"echo \\$\\$\" >> pids &); done; "
      "until [ $(wc -l < pids) = 5 ]; do sleep 0.01; done; "
      "for pid in $(cat pids); do while [ -e /proc/$pid ]; do sleep 0.01; done; done; echo none' "
      "::: x");
  CHECK(run.out == "none\n");
}

TEST_CASE("a job that stops the engine does not make the run deaf") {
  test_space t;
  for (const std::string signal : {"STOP", "TTIN", "TTOU"}) {
    const auto run =
        t.weir({"-j1", "kill -" + signal + " $PPID; sleep 0.1; echo {}", ":::", "a", "b"});
    CHECK(run.out == "a\nb\n");
    CHECK(run.exit_code() == 0);
  }
}

TEST_CASE("a signal that kills what does not know it leaves one of the two for the jobs") {
  for (const int signal : {SIGALRM, SIGXCPU, SIGPWR, SIGRTMIN + 3, SIGABRT, SIGTRAP}) {
    test_space t;
    const pid_t weir = t.start_in_group(stubborn({"-j2"}));
    t.wait_for_file("up1");
    t.wait_for_file("up2");
    ::kill(-weir, signal);
    CHECK(t.join(weir).term_signal() == signal);
    CHECK(t.survivors().empty());
  }
}

// On a busy machine the engine's jobs may run before the process in front does: strace lets its
// fork return late.
TEST_CASE("also at the very start a signal that kills leaves one of the two for the jobs") {
  test_space t;
  const std::string traced = "strace -f -qq -o /dev/null -e trace=clone ";
  if (t.shell(traced + "true").exit_code() != 0) return;
  const pid_t strace =
      t.start_shell("exec " + traced + "-e inject=clone:delay_exit=700000:when=1 " + "$WEIR -j1 '" +
                    says_engine + "' ::: x");
  t.wait_for_file("up");
  const pid_t engine = number_in(t, "engine");
  const pid_t front = process_stat(engine).parent;
  for (const pid_t pid : {front, engine}) ::kill(pid, SIGALRM);
  CHECK(t.join(strace).err.find("all its jobs were ended") != std::string::npos);
  CHECK(t.survivors().empty());
}

TEST_CASE("whoever is stopped when one of the two is killed, nothing stays") {
  struct way {
    const char* name;
    std::vector<std::pair<char, int>> steps;  // k, e, j: to keeper, engine, job
    char stopped;                             // is waited for after the first step
  };
  const std::vector<way> ways{
      {"the engine stopped, the keeper killed", {{'e', SIGSTOP}, {'k', SIGKILL}}, 0},
      {"all suspended, the keeper killed", {{'k', SIGTSTP}, {'k', SIGKILL}}, 'k'},
      {"all suspended, the engine killed", {{'k', SIGTSTP}, {'e', SIGKILL}, {'k', SIGCONT}}, 'k'},
      {"the keeper stopped, the engine killed",
       {{'k', SIGSTOP}, {'e', SIGKILL}, {'k', SIGCONT}},
       'k'},
      {"the keeper stopped and killed", {{'k', SIGSTOP}, {'k', SIGKILL}}, 'k'},
      {"the job stopped, the engine killed", {{'j', SIGSTOP}, {'e', SIGKILL}}, 'j'},
      {"the job stopped, the keeper killed", {{'j', SIGSTOP}, {'k', SIGKILL}}, 'j'},
      {"the job stopped, the run terminated", {{'j', SIGSTOP}, {'k', SIGTERM}}, 'j'},
      {"the engine stopped, the run terminated", {{'e', SIGSTOP}, {'k', SIGTERM}}, 0},
      {"the job and the engine stopped, the keeper killed",
       {{'j', SIGSTOP}, {'e', SIGSTOP}, {'k', SIGKILL}},
       'j'}};
  for (const way& w : ways) {
    INFO(w.name);
    test_space t;
    const pid_t weir = t.start_in_group(
        {"-q", "-j1", "--close-timeout", "0.1s", "CHILD", "pid", "job", "forever", ":::", "x"});
    t.wait_for_file("job");
    const std::map<char, pid_t> who{
        {'k', weir}, {'e', t.engine_of(weir)}, {'j', number_in(t, "job")}};
    for (const auto& [to, signal] : w.steps) {
      ::kill(who.at(to), signal);
      if (to == w.stopped && (signal == SIGSTOP || signal == SIGTSTP))
        test_space::eventually([&] { return state_of(who.at(to)) == 'T'; });
    }
    t.join(weir);
    test_space::eventually([&] { return t.survivors().empty(); });
  }
}

TEST_CASE("a signal to both processes counts once, however late one passes it on") {
  test_space t;
  const pid_t weir = t.start({"-j1", "--shield", "CHILD", "touch", "up", "forever", ":::", "x"});
  t.wait_for_file("up");
  const auto says = [&](const char* text) {
    return t.read("err.1").find(text) != std::string::npos;
  };
  ::kill(weir, SIGSTOP);
  test_space::eventually([&] { return state_of(weir) == 'T'; });
  ::kill(weir, SIGTERM);
  ::kill(t.engine_of(weir), SIGTERM);
  test_space::eventually([&] { return says("waiting for 1 shielded job"); });
  // Longer than wrappers and terminals take to send a signal twice: time itself is what is tested.
  ::usleep(400'000);
  ::kill(weir, SIGCONT);
  // It passes on what waited before it hears this.
  test_space::eventually([&] {
    ::kill(weir, SIGUSR1);
    return says("slot 1 for");
  });
  CHECK(!says("ending 1 job"));
  ::kill(weir, SIGTERM);  // another one, passed on alone
  test_space::eventually([&] { return says("ending 1 job"); });
  CHECK(t.join(weir).term_signal() == SIGTERM);
}

TEST_CASE("SIGUSR1 asks how things are, SIGUSR2 does nothing") {
  test_space t;
  const pid_t weir = t.start(
      {"-q", "-j2", "CHILD", "touch", "up{}", "wait-for", "go", "say", "{}", ":::", "1", "2", "3"});
  t.wait_for_file("up1");
  t.wait_for_file("up2");
  ::kill(weir, SIGUSR2);
  ::kill(weir, SIGUSR1);
  test_space::eventually(
      [&] { return t.read("err.1").find("waits for a slot") != std::string::npos; });
  t.write("go", "");
  const auto run = t.join(weir);
  CHECK(run.exit_code() == 0);
  const auto said = lines(run.err);
  REQUIRE(said.size() == 4);
  CHECK(said[0] == "weir: 0/3 done, 2 running");
  CHECK(said[1].find("weir:   slot 1 for 0s: ") == 0);
  CHECK(said[1].find(" touch up1 wait-for go say 1") != std::string::npos);
  CHECK(said[3].find("weir:   1 waits for a slot (2 of 2 taken): ") == 0);
  CHECK(sorted_lines(run.out) == std::vector<std::string>{"1", "2", "3"});
}

TEST_CASE("jobs get SIGUSR1 and SIGUSR2 as weir was started with them") {
  test_space t;
  for (const std::string trap : {"trap '' USR1; ", ""}) {
    INFO(trap);
    const auto run = t.shell(trap +
                             "grep -hE '^Sig(Blk|Ign|Cgt)' /proc/self/status; "
                             "$WEIR -j1 'grep -hE \"^Sig(Blk|Ign|Cgt)\" /proc/self/status' ::: x");
    const auto all = lines(run.out);
    REQUIRE(all.size() == 6);
    for (std::size_t i = 0; i < 3; ++i) CHECK(all[i] == all[i + 3]);
  }
}

// What systemd (KillMode=control-group) and Jenkins do.
TEST_CASE("TERM to weir and its jobs at once leaves the jobs to be resumed") {
  const bool keeper_first = GENERATE(true, false);
  test_space t;
  const std::vector<std::string> jobs{
      "CHILD", "pid", t.path("job{}"), "wait-for", t.path("go"), ":::", "1", "2", "3"};
  std::vector<std::string> run{"--journal", t.path("j"), "-j2", "--halt", "now,fail=1"};
  run.insert(run.end(), jobs.begin(), jobs.end());
  const pid_t weir = t.start(run);
  t.wait_for_file("job1");
  t.wait_for_file("job2");
  const pid_t engine = t.engine_of(weir);
  // Nothing is heard before all are hit, however busy the machine.
  ::kill(weir, SIGSTOP);
  test_space::eventually([&] { return state_of(weir) == 'T'; });
  ::kill(engine, SIGSTOP);
  test_space::eventually([&] { return state_of(engine) == 'T'; });
  for (const char* const job : {"job1", "job2"}) {
    const pid_t pid = number_in(t, job);
    ::kill(pid, SIGTERM);
    test_space::eventually([&] { return state_of(pid) == 'Z'; });
  }
  for (const pid_t each : {weir, engine}) ::kill(each, SIGTERM);
  for (const pid_t each : keeper_first ? std::vector{weir, engine} : std::vector{engine, weir})
    ::kill(each, SIGCONT);
  const auto stopped = t.join(weir);
  CHECK(stopped.term_signal() == SIGTERM);
  CHECK(stopped.err.find("failed") == std::string::npos);
  t.write("go", "");
  std::vector<std::string> again{"--resume", t.path("j"), "--dry-run"};
  again.insert(again.end(), jobs.begin(), jobs.end());
  const auto left = t.weir(again);
  for (const char* const job : {"job1", "job2", "job3"})
    CHECK(left.out.find(job) != std::string::npos);
}
