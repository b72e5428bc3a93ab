// A running run is told things: --control and weir ctl, -j FILE.
#include <csignal>

#include "support/catch.hpp"
#include "support/test_space.hpp"

#include "controlled_run.hpp"

using namespace test;
using Catch::Contains;
using Catch::StartsWith;

TEST_CASE("a running run tells how it stands, to people and to programs") {
  controlled_run run("-j2 --job-memory 1");
  test_space::eventually([&] { return run.up() == 2; });
  const auto people = run.ctl("status");
  CHECK(people.exit_code() == 0);
  CHECK_THAT(people.out,
             Contains("0/6 done, 2 running") && Contains("slot 1 for") && Contains("slot 2 for"));
  const auto programs = run.t.shell("$WEIR ctl --json ./s status");
  CHECK_THAT(programs.out, Catch::StartsWith(R"({"ok":true,"pid":)") &&
                               Contains(R"("running":2,"pending":4,)") &&
                               Contains(R"("total":6,"limit":2,"paused":false,)") &&
                               Contains(R"({"seq":1,"slot":1,"attempt":1,"name":")"));
  CHECK(lines(programs.out).size() == 1);
  run.go();
  CHECK(run.t.join(run.weir).exit_code() == 0);
  CHECK_FALSE(run.t.exists("s"));
}

TEST_CASE("the limit changes, starts pause, jobs are cancelled, and the journal says so") {
  controlled_run run("-j1 --journal log");
  test_space::eventually([&] { return run.up() == 1; });
  CHECK(run.ctl("limit 3").out == "3 jobs at once\n");
  test_space::eventually([&] { return run.up() == 3; });
  CHECK(run.ctl("pause").out == "no job starts until resume\n");
  run.go("12");
  test_space::eventually(
      [&] { return run.ctl("status").out.find("2/6 done") != std::string::npos; });
  CHECK_THAT(run.ctl("status").out, Contains("held up by weir ctl pause"));
  CHECK(run.up() == 3);
  CHECK_THAT(run.ctl("cancel 5").out, Catch::StartsWith("cancelled 1 job: touch up'5'; exec"));
  CHECK_THAT(run.ctl("kill 3").out, Catch::StartsWith("killed 1 job: touch up'3'; exec"));
  CHECK(run.ctl("resume").exit_code() == 0);
  run.go();
  const auto end = run.t.join(run.weir);
  CHECK(end.exit_code() == 1);
  CHECK_FALSE(run.t.exists("up5"));
  const std::string journal = run.t.read("log");
  for (const char* said : {"limit 3", "pause", "cancel 5", "kill 3", "resume"})
    CHECK_THAT(journal, Contains("\"command\":\"" + std::string(said) + "\""));
  CHECK(
      run.t.shell("$WEIR --resume log -j6 'touch up{}; exec $CHILD wait-for go{}' ::: 1 2 3 4 5 6")
          .exit_code() == 0);
  CHECK(run.t.exists("up5"));
}

TEST_CASE("a job is called by its item, if that is no other job's name or number") {
  test_space t;
  const pid_t weir = t.start({"--control=./s", "-j1", "CHILD", "touch", "{}", "wait-for", "{}.go",
                              ":::", "a.wav", "b.wav", "2", "1"});
  t.wait_for_file("a.wav");
  CHECK_THAT(t.shell("$WEIR ctl ./s cancel b.wav").out, Contains("cancelled 1 job: "));
  CHECK(t.shell("$WEIR ctl ./s cancel b.wav").exit_code() == 1);
  CHECK_THAT(t.shell("$WEIR ctl ./s kill 1").out, Contains("touch a.wav "));
  t.write("2.go", "");
  t.write("1.go", "");
  CHECK_THAT(t.join(weir).err, Contains("2 succeeded, 2 cancelled"));
}

TEST_CASE("the number of a job that has ended means no other job") {
  controlled_run items("-j5", "2 3 1");
  test_space::eventually([&] { return items.up() == 3; });
  for (const char* const verb : {"kill", "cancel"}) {
    test_space::eventually([&] { return items.ctl(std::string(verb) + " 1").exit_code() == 1; });
    CHECK(items.ctl(std::string(verb) + " 1").err == "weir: ctl: job 1 has ended\n");
  }
  CHECK(items.t.shell("$WEIR ctl --json ./s kill 1").out ==
        "{\"ok\":false,\"error\":\"job 1 has ended\"}\n");
  items.go("13");
  CHECK_THAT(items.t.join(items.weir).err, Contains("2 succeeded, 1 cancelled"));
}

TEST_CASE("the number of a job that has not been read means no other job") {
  controlled_run run("-j1 --pending-limit 1", "5 6 4 3 2 1");
  test_space::eventually([&] { return run.up() == 1; });
  CHECK(run.ctl("kill 5").err == "weir: ctl: job 5 has not been read yet\n");
  run.go();
  CHECK(run.t.join(run.weir).exit_code() == 0);
}

TEST_CASE("the name of a job that has ended is not the number of another") {
  test_space t;
  t.write("m.toml",
          "version = 1\n[[job]]\nname = \"2\"\nrun = \"true\"\n"
          "[[job]]\nname = \"b\"\nneeds = [\"2\"]\nrun = \"$CHILD touch up2 wait-for go\"\n");
  const auto weir = t.start_shell("exec $WEIR --control=s --file m.toml");
  t.wait_for_file("up2");
  CHECK(t.shell("$WEIR ctl ./s cancel 2").err == "weir: ctl: job 2 has ended\n");
  t.write("go", "");
  CHECK(t.join(weir).exit_code() == 0);
}

TEST_CASE("what a run does not know, or does not understand, it says") {
  controlled_run run("-j1", "1");
  test_space::eventually([&] { return run.up() == 1; });
  const auto refused = [&](const std::string& words, int status, const std::string& message) {
    const auto said = run.ctl(words);
    CHECK(said.exit_code() == status);
    CHECK_THAT(said.err, Contains("weir: ctl: " + message));
  };
  refused("cancel nobody", 1, "no unfinished job is called nobody");
  refused("limit many", 2, "limit: \"many\" is not a limit: expected");
  refused("limit", 2, "limit: expected N after it");
  for (const char* const words : {"--json ./s status", "./s --json status", "./s status --json"})
    CHECK(run.t.shell("$WEIR ctl " + std::string(words)).out.starts_with("{\"ok\":true"));
  refused("add ''", 2, "add: found an empty word, expected LINE");
  refused("kill ''", 2, "kill: found an empty word, expected NAME");
  refused("limit ''", 2, "limit: found an empty word, expected N");
  refused("add ' '", 2, "add: found only blanks, expected LINE");
  refused("cancel 'job-{x}'", 1, "no unfinished job is called job-{x} (see weir ctl status)");
  for (const char* const words : {"./s --help", "cancel -h", "--json status --help"})
    CHECK_THAT(run.t.shell("$WEIR ctl " + std::string(words)).out, StartsWith("Usage: weir ctl"));
  refused("status now", 2, "status: expected nothing after it");
  refused("dance", 2, "dance: unknown command");
  CHECK_THAT(run.t.shell("$WEIR ctl frobnicate").err, Contains("ctl: frobnicate: unknown command"));
  CHECK_THAT(run.t.shell("$WEIR ctl frobnicate now").err,
             Contains("ctl: frobnicate: unknown command"));
  refused("", 2, "needs a COMMAND");
  CHECK_THAT(run.t.shell("$WEIR ctl --json ./s cancel nobody").out,
             Contains(R"({"ok":false,"error":"no unfinished job is called nobody)"));
  run.go();
  CHECK(run.t.join(run.weir).exit_code() == 0);
  CHECK(run.ctl("status").exit_code() == 3);
}

TEST_CASE("programs get an object with the error whatever is wrong, and the message is on stderr") {
  test_space t;
  const auto wrong = [&](const std::string& words, int status, const std::string& why) {
    const auto said = t.shell("$WEIR ctl " + words);
    CHECK(said.exit_code() == status);
    CHECK_THAT(said.out,
               Catch::StartsWith(R"({"ok":false,"error":")" + why) && Catch::EndsWith("\"}\n"));
    CHECK_THAT(said.err, Catch::StartsWith("weir: ") && Contains(why));
  };
  wrong("--json dance", 2, "dance: unknown command");
  wrong("--json", 2, "needs a COMMAND");
  wrong("./none --json status", 3, "./none: No such file or directory");
  wrong("./none limit --json x", 2, "limit: expected N after it");
  wrong("4194399 status --json", 2, "no run with --control has the PID 4194399");
  CHECK(t.shell("$WEIR ctl dance").out.empty());
}

TEST_CASE("a file says how many jobs run at once, and says it anew") {
  test_space t;
  t.write("limit", "1\n");
  t.write("2", "6\n");  // a number is a number, whatever files there are
  const auto up = [&] {
    std::size_t all = 0;
    for (int i = 1; i <= 6; ++i) all += t.exists("up" + std::to_string(i)) ? 1 : 0;
    return all;
  };
  const auto weir =
      t.start_shell("exec $WEIR -j limit 'touch up{}; exec $CHILD wait-for go' ::: 1 2 3 4 5 6");
  t.wait_for_file("up1");
  t.write("limit", "4\n");
  test_space::eventually([&] { return up() == 4; });
  t.write("limit", "lots\n");
  test_space::eventually(
      [&] { return t.read("err.1").find("limit: \"lots\" is not a limit") != std::string::npos; });
  t.write("go", "");
  CHECK(t.join(weir).exit_code() == 0);
  CHECK_THAT(t.shell("$WEIR -j2 --bar echo ::: 1").err, !Contains("6"));
  const auto no_file = t.shell("$WEIR -j nofile echo ::: 1");
  CHECK(no_file.exit_code() == 2);
  CHECK_THAT(no_file.err, Contains("and there is no such file"));
  for (const std::string path : {".", "/dev/null"})
    CHECK_THAT(t.shell("$WEIR -j " + path + " echo ::: 1").err,
               Contains("it is not a regular file"));
  CHECK_THAT(t.shell("$WEIR -j limit echo ::: 1").err,
             Contains("-j: limit: \"lots\" is not a limit"));
}

TEST_CASE("a job between two attempts is shown, and cancelled by name") {
  test_space t;
  const auto weir = t.start_shell(
      "exec $WEIR --control=s -j1 --retries 2 --retry-delay 1h 'touch up; exit 1; : {}' ::: 1");
  std::string status;
  test_space::eventually([&] {
    status = t.shell("$WEIR ctl ./s status").out;
    return status.find("0 running, 1 to retry") != std::string::npos;
  });
  CHECK_THAT(status, Contains("weir:   attempt 2 within ") && Contains(": touch up; exit 1; : 1"));
  CHECK_THAT(t.shell("$WEIR ctl --json ./s status").out,
             Contains(R"("resting":[{"seq":1,"attempt":2,"name":"touch up; exit 1; : 1",)"));
  ::kill(weir, SIGUSR1);
  CHECK_THAT(t.shell("$WEIR ctl ./s cancel 1").out, Catch::StartsWith("cancelled 1 job: touch up"));
  const auto end = t.join(weir);
  CHECK(end.exit_code() == 1);
  CHECK_THAT(end.err, Contains("attempt 2 within ") && Contains("1 cancelled"));
  CHECK_THAT(end.err, !Contains("1 failed"));
}

TEST_CASE("a job that is called by a number goes before the one that has it") {
  test_space t;
  t.write("m.toml",
          "version = 1\n[[job]]\nname = \"2\"\nrun = \"$CHILD touch up1 forever\"\n"
          "[[job]]\nname = \"b\"\nrun = \"$CHILD touch up2 wait-for go\"\n");
  const auto weir = t.start_shell("exec $WEIR --control=s -j2 --file m.toml");
  t.wait_for_file("up1");
  t.wait_for_file("up2");
  CHECK(t.shell("$WEIR ctl ./s cancel 2").out == "cancelled 1 job: 2\n");
  t.write("go", "");
  CHECK_THAT(t.join(weir).err, Contains("1 succeeded, 1 cancelled"));
}

TEST_CASE("a job cancelled before it starts ends at once, and everything says why") {
  controlled_run run("-j1 --journal log --junit junit.xml --results r.jsonl", "1 2 3");
  test_space::eventually([&] { return run.up() == 1; });
  CHECK_THAT(run.ctl("cancel 3").out, Catch::StartsWith("cancelled 1 job: touch up'3'"));
  CHECK_THAT(run.t.shell("$WEIR ctl --json ./s status").out,
             Contains(R"("pending":1,)") && Contains(R"("cancelled":1,)"));
  CHECK_THAT(run.ctl("cancel 3").err, Contains("job 3 has ended"));
  run.go();
  const auto end = run.t.join(run.weir);
  CHECK(end.exit_code() == 1);
  CHECK_FALSE(run.t.exists("up3"));
  CHECK_THAT(end.err, Contains("job 3 was cancelled by weir ctl before it started") &&
                          Contains("2 succeeded, 1 cancelled") && !Contains("not started"));
  CHECK_THAT(run.t.read("junit.xml"), Contains("message=\"cancelled by weir ctl\""));
  CHECK_THAT(run.t.read("r.jsonl"),
             Contains(R"("type":"cancelled","started":false,"by_ctl":true)"));
  CHECK_THAT(run.t.read("log"),
             Contains(R"("attempt":0,)") && Contains(R"("verdict":"cancelled","final":true,)"));
  CHECK(run.t.shell("$WEIR --resume log 'touch up{}; exec $CHILD wait-for go{}' ::: 1 2 3")
            .exit_code() == 0);
  CHECK(run.t.exists("up3"));
}

TEST_CASE("a job cancelled while it waits for others takes those that need it along") {
  test_space t;
  t.write("m.toml",
          "version = 1\n[[job]]\nname = \"a\"\nrun = \"$CHILD touch up wait-for go\"\n"
          "[[job]]\nname = \"b\"\nneeds = [\"a\"]\nrun = \"touch b\"\n"
          "[[job]]\nname = \"c\"\nneeds = [\"b\"]\nrun = \"touch c\"\n");
  const auto weir = t.start_shell("exec $WEIR --control=s -j2 --file m.toml");
  t.wait_for_file("up");
  CHECK(t.shell("$WEIR ctl ./s cancel b").out == "cancelled 1 job: b\n");
  t.write("go", "");
  CHECK_THAT(t.join(weir).err, Contains("b (job 2) was cancelled by weir ctl before it started") &&
                                   Contains("1 succeeded, 1 skipped, 1 cancelled"));
}

TEST_CASE("a pause is shown also while no job is held up") {
  controlled_run run("-j6");
  test_space::eventually([&] { return run.up() == 6; });
  run.ctl("pause");
  CHECK_THAT(run.ctl("status").out, Contains("6 running, paused by weir ctl"));
  run.ctl("resume");
  CHECK_THAT(run.ctl("status").out, !Contains("paused"));
  run.go();
  CHECK(run.t.join(run.weir).exit_code() == 0);
}

TEST_CASE("of a run that is stopped ctl says that it does not answer") {
  controlled_run run("-j1", "1");
  test_space::eventually([&] { return run.up() == 1; });
  const pid_t engine = run.t.engine_of(run.weir);
  for (const pid_t each : {run.weir, engine}) ::kill(each, SIGSTOP);
  const auto ctl = run.t.start_shell("exec $WEIR ctl ./s status 2> said");
  test_space::eventually(
      [&] { return run.t.read("said").find("does not answer") != std::string::npos; });
  for (const pid_t each : {engine, run.weir}) ::kill(each, SIGCONT);
  CHECK(run.t.join(ctl).exit_code() == 0);
  run.go();
  CHECK(run.t.join(run.weir).exit_code() == 0);
}
