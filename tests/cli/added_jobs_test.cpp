// weir ctl add: jobs that come while a run goes on.
#include <csignal>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

namespace {

finished ctl(test_space& t, const std::string& words) {
  return t.shell("$WEIR ctl ./s " + words);
}

}  // namespace

TEST_CASE("a run that waits for its input runs what is added meanwhile") {
  test_space t;
  const auto weir =
      t.start_shell("$CHILD touch up wait-for end | exec $WEIR --control=s -j2 --journal log");
  t.wait_for_file("up");
  test_space::eventually([&] { return ctl(t, "status").exit_code() == 0; });
  CHECK(ctl(t, "add 'touch first; : |cat'").out == "added job 1: touch first; : |cat\n");
  t.wait_for_file("first");
  CHECK(t.shell("$WEIR ctl --json ./s add 'touch second'").out ==
        R"({"ok":true,"added":[{"seq":2,"name":"touch second"}]})"
        "\n");
  t.wait_for_file("second");
  t.write("end", "");
  CHECK(t.join(weir).exit_code() == 0);
  CHECK_THAT(t.read("log"),
             Contains(R"("command":"add touch second","line":"touch second","seq":2)"));
}

TEST_CASE("a run that has read all its items takes more while one of them runs") {
  test_space t;
  const auto weir = t.start_shell(
      "exec $WEIR --control=s -k -j2 '$CHILD touch up-{} wait-for go-{}; echo {#}{}' ::: a");
  t.wait_for_file("up-a");
  CHECK_THAT(ctl(t, "add b").out, Catch::StartsWith("added job 2: "));
  t.wait_for_file("up-b");
  CHECK_THAT(ctl(t, "status").out, Contains("0/2 done, 2 running"));
  const auto waiting = t.start_shell("exec $WEIR ctl ./s wait");
  t.write("go-a", "");
  test_space::eventually(
      [&] { return ctl(t, "status").out.find("1/2 done") != std::string::npos; });
  CHECK_THAT(ctl(t, "add 'c d'").out, Catch::StartsWith("added job 3: "));
  t.write("go-b", "");
  t.wait_for_file("up-c d");
  test_space::eventually(
      [&] { return ctl(t, "status").out.find("2/3 done, 1 running") != std::string::npos; });
  CHECK(process_stat(waiting).state != 'Z');
  t.write("go-c d", "");
  CHECK(t.join(weir).out == "1a\n2b\n3c d\n");
  CHECK(t.join(waiting).exit_code() == 0);
}

TEST_CASE("what is added is taken apart as the run's own lines are") {
  test_space t;
  const auto run = [&](const std::string& options, const std::string& lines) {
    const auto weir = t.start_shell("exec $WEIR --control=s -j1 -k " + options);
    t.wait_for_file("up");
    const auto said = t.shell(lines);
    t.write("go", "");
    const auto end = t.join(weir);
    t.shell("rm -f up go");
    return said.out + said.err + end.out;
  };
  const std::string script = " 'touch up; $CHILD wait-for go; echo {#} ";
  CHECK(run(script + "{1}-{2}' ::: a ::: 1", "$WEIR ctl ./s add \"$(printf 'b\\t2')\" >said") ==
        "1 a-1\n2 b-2\n");
  CHECK_THAT(run(script + "{1}-{2}' ::: a ::: 1", "$WEIR ctl ./s add 'b 2' >said"),
             Contains("the line has 1 of the 2 items of a job: expected tabs between them") &&
                 Catch::EndsWith("1 a-1\n"));
  CHECK(run("--csv --header :" + script + "{y}{x}' ::: x,y 1,2",
            "$WEIR ctl ./s add '\"3,3\",4' >said") == "1 21\n2 43,3\n");
  CHECK(run("-n2" + script + "{}' ::: a b", "$WEIR ctl ./s add c >said") == "1 a b\n2 c\n");
  CHECK_THAT(run("--colsep ,"
                 " 'touch up; $CHILD wait-for go; echo {2}' ::: a,b",
                 "$WEIR ctl ./s add c >said"),
             Contains("the line has only 1 column; {2} needs 2"));
}

TEST_CASE("a manifest takes command lines, and jobs that need its own") {
  test_space t;
  t.write("m.toml",
          "version = 1\n[defaults]\nenv = { FROM = \"defaults\" }\n"
          "[[job]]\nname = \"build\"\nrun = \"touch up; $CHILD wait-for go\"\n"
          "[[job]]\nname = \"added-1\"\nrun = \"true\"\n");
  const auto weir = t.start_shell("exec $WEIR --control=s -k -j4 --file m.toml --journal log");
  t.wait_for_file("up");
  CHECK(ctl(t, "add 'echo {} $FROM; touch line'").out == "added job 3: added-2\n");
  t.wait_for_file("line");
  CHECK(ctl(t, R"(add '{"name":"deploy","run":"echo deploy","needs":["build","added-1"]}')").out ==
        "added job 4: deploy\n");
  CHECK_THAT(ctl(t, R"(add '{"name":"deploy","run":"true"}')").err,
             Contains("name: \"deploy\" is already that of a job of this run"));
  CHECK_THAT(ctl(t, R"(add '{"run":"true","needs":["buidl"]}')").err,
             Contains("the line:1:24: needs: there is no job \"buidl\", did you mean"));
  CHECK_THAT(ctl(t, R"(add '{"run":"true","pools":["gpu"]}')").err, Contains("gpu"));
  CHECK(ctl(t, R"(add '{"matrix":{"x":["1","2"]},"name":"m{x}","argv":["echo","m{x}"]}')").out ==
        "added 2 jobs: m1, m2\n");
  t.write("go", "");
  const auto end = t.join(weir);
  CHECK(end.out == "{} defaults\ndeploy\nm1\nm2\n");
  CHECK(end.exit_code() == 0);
}

TEST_CASE("JSON Lines that are still written take jobs, also such as others wait for") {
  test_space t;
  t.write("jobs", R"({"name":"late","run":"touch late","needs":["first"]})"
                  "\n");
  const auto weir = t.start_shell(
      "{ cat jobs; $CHILD touch up wait-for end; } | exec $WEIR --control=s --file - --format "
      "jsonl");
  t.wait_for_file("up");
  test_space::eventually([&] { return ctl(t, "status").exit_code() == 0; });
  CHECK(ctl(t, R"(add '{"name":"first","run":"true"}')").out == "added job 1: first\n");
  t.wait_for_file("late");
  t.write("end", "");
  CHECK(t.join(weir).exit_code() == 0);
}

TEST_CASE("where no job can be added, ctl says why") {
  test_space t;
  const auto weir = t.start_shell(
      "exec $WEIR --control=s --journal=log -j1 'exec $CHILD touch up ignore-term wait-for go; : "
      "{}' ::: 1 2");
  t.wait_for_file("up");
  CHECK(ctl(t, "add").exit_code() == 2);
  CHECK_THAT(ctl(t, "add a b").err, Contains("ctl: add: expected one LINE after it"));
  CHECK(ctl(t, "add ''").exit_code() == 2);
  CHECK_THAT(ctl(t, "add \"$(printf '\\377')\"").err,
             Contains("LINE is not UTF-8, and could not be kept in the journal"));
  ::kill(weir, SIGTERM);
  test_space::eventually([&] {
    return ctl(t, "add 3").err.find("the run is being stopped (SIGTERM)") != std::string::npos;
  });
  t.write("go", "");
  t.join(weir);

  const auto blocks =
      t.start_shell("echo x | exec $WEIR --control=s --pipe 'touch up-p; $CHILD wait-for go-p'");
  t.wait_for_file("up-p");
  CHECK_THAT(ctl(t, "add 3").err, Contains("none can be added to this run"));
  t.write("go-p", "");
  t.join(blocks);
}

TEST_CASE("no more jobs can be added than the pending limit says") {
  test_space t;
  const auto weir = t.start_shell(
      "exec $WEIR --control=s -j1 --pending-limit 1 'touch up; $CHILD wait-for go; echo {}' ::: 1 "
      "2 3");
  t.wait_for_file("up");
  std::string out = ctl(t, "add 4").out;
  const auto refused = ctl(t, "add 5");
  CHECK(refused.exit_code() == 1);
  CHECK_THAT(refused.err,
             Contains("no room: as many added jobs wait to start as --pending-limit allows"));
  t.write("go", "");
  const auto end = t.join(weir);
  CHECK(end.exit_code() == 0);
  CHECK(lines(end.out).size() == 4);
}

TEST_CASE("added jobs that wait for others count, and the numbers of the status add up") {
  test_space t;
  t.write("m.toml",
          "version = 1\n[[job]]\nname = \"a\"\nrun = \"touch up; $CHILD wait-for go\"\n"
          "[[job]]\nname = \"b\"\nrun = \"true\"\n");
  const auto weir = t.start_shell("exec $WEIR --control=s -j1 --pending-limit 2 --file m.toml");
  t.wait_for_file("up");
  const auto add = [&](const std::string& name) {
    return ctl(t, R"(add '{"name":")" + name + R"(","run":"true","needs":["a"]}')");
  };
  CHECK(add("c").exit_code() == 0);
  CHECK(add("d").exit_code() == 0);
  CHECK_THAT(add("e").err, Contains("no room"));
  CHECK_THAT(ctl(t, "add true").err, Contains("no room"));
  CHECK_THAT(t.shell("$WEIR ctl --json ./s status").out,
             Contains(R"("running":1,"pending":3,)") && Contains(R"("total":4,)"));
  t.write("go", "");
  CHECK(t.join(weir).exit_code() == 0);

  t.shell("rm go up");
  const auto typed = t.start_shell(
      "{ echo 'touch up; $CHILD wait-for go'; $CHILD wait-for go; } | "
      "exec $WEIR --control=s -j1 --pending-limit 1");
  t.wait_for_file("up");
  CHECK(ctl(t, "add true").exit_code() == 0);
  CHECK_THAT(t.shell("$WEIR ctl --json ./s status").out,
             Contains(R"("running":1,"pending":1,)") && Contains(R"("total":null,)"));
  t.write("go", "");
  CHECK(t.join(typed).exit_code() == 0);
}

TEST_CASE("a resumed run has what was added, and runs it again only if it had not succeeded") {
  test_space t;
  const std::string run =
      "exec $WEIR --control=s -j1 --resume=log 'echo {#}{} >> ran; exec $CHILD touch up-{} "
      "wait-for "
      "go-{}' ::: a b";
  const auto first = t.start_shell(run);
  t.wait_for_file("up-a");
  ctl(t, "add x");
  ctl(t, "add y");
  for (const char* const go : {"go-a", "go-b", "go-x"}) t.write(go, "");
  t.wait_for_file("up-y");
  ::kill(first, SIGTERM);
  t.join(first);
  t.write("go-y", "");
  const auto second = t.shell(run);
  CHECK(second.exit_code() == 0);
  CHECK(t.read("ran") == "1a\n2b\n3x\n4y\n4y\n");
  const auto third = t.shell(run);
  CHECK_THAT(third.err, Contains("resuming log: 4 jobs ended there"));
  CHECK(t.read("ran") == "1a\n2b\n3x\n4y\n4y\n");
}

TEST_CASE("what was added to a manifest counts in a resumed run, also without --control") {
  test_space t;
  t.write("m.toml", "version = 1\n[[job]]\nrun = 'exec $CHILD touch up wait-for go'\n");
  const auto first = t.start_shell("exec $WEIR --control=s --journal=log --file m.toml");
  t.wait_for_file("up");
  ctl(t, "add 'echo x >> ran; exit 3'");
  t.write("go", "");
  CHECK(t.join(first).exit_code() == 1);
  const auto second = t.shell("exec $WEIR --resume=log --file m.toml");
  CHECK(second.exit_code() == 1);
  CHECK_THAT(second.err, !Contains("left out"));
}

TEST_CASE("what can no longer be added is told, with the reason and the line") {
  test_space t;
  const std::string begin = "version = 1\n[[job]]\nname = \"a\"\nrun = ";
  t.write("m.toml", begin + "'exec $CHILD touch up wait-for go'\n");
  const auto first = t.start_shell("exec $WEIR --control=s --journal=log --file m.toml");
  t.wait_for_file("up");
  ctl(t, R"(add '{"name":"b","run":"true","needs":["a"]}')");
  t.write("go", "");
  t.join(first);
  t.write("m.toml", "version = 1\n[[job]]\nname = \"other\"\nrun = 'true'\n");
  const auto second = t.shell("exec $WEIR --resume=log --file m.toml");
  CHECK_THAT(second.err,
             Contains("log: a job that weir ctl add gave to an earlier run is left out: ") &&
                 Contains("there is no job \"a\"") && Contains(R"(; it was {"name":"b")"));
}

TEST_CASE("what was added among items to come has its number again, and so have they") {
  test_space t;
  const std::string run = "exec $WEIR --control=s -j1 --resume=log -a items 'echo {#}{} >> ran'";
  t.shell("mkfifo items");
  const auto first = t.start_shell(run);
  const auto writer = t.start_shell(
      "exec > items; echo a; $CHILD touch up wait-for go; echo b; $CHILD wait-for end");
  t.wait_for_file("up");
  test_space::eventually([&] { return t.read("ran") == "1a\n"; });
  ctl(t, "add x");
  test_space::eventually([&] { return t.read("ran") == "1a\n2x\n"; });
  t.write("go", "");
  // What a job has written does not say that the run knows of its end.
  test_space::eventually([&] { return ctl(t, "status").out.find("3 done") != std::string::npos; });
  ::kill(first, SIGTERM);
  t.join(first);
  t.write("end", "");
  t.join(writer);
  t.shell("rm items; printf 'a\\nb\\nc\\n' > items");
  CHECK(t.shell(run).exit_code() == 0);
  CHECK(t.read("ran") == "1a\n2x\n3b\n4c\n");
}
