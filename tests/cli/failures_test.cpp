#include <csignal>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;

TEST_CASE("a failed job makes the run fail, and is shown with how to run it again") {
  test_space t;
  const auto run = t.weir({"CHILD", "say-err", "oops {}", "exit", "{}", ":::", "0", "3"});
  CHECK(run.exit_code() == 1);
  CHECK(run.err.find("exit 3") != std::string::npos);
  CHECK(run.err.find("oops 3") != std::string::npos);
  CHECK(run.err.find("exit 3\n") != std::string::npos);
  CHECK(run.err.find("1 succeeded, 1 failed") != std::string::npos);
}

TEST_CASE("the log of a run that is killed has told what failed") {
  test_space t;
  const pid_t run = t.start({"-j", "2", "CHILD", "{}", "3", ":::", "exit", "forever"});
  test_space::eventually([&] {
    return t.read("err.pid" + std::to_string(run)).find("weir: job 1 failed: exit 3") !=
           std::string::npos;
  });
  ::kill(run, SIGKILL);
  CHECK(t.join(run).term_signal() == SIGKILL);
}

TEST_CASE("a program that is not there fails that job alone") {
  test_space t;
  const auto run = t.weir({"-k"}, "echo a\nno-such-program-here x\necho b\n");
  CHECK(run.exit_code() == 1);
  CHECK(run.out == "a\nb\n");
  CHECK(run.err.find("no-such-program-here: command not found") != std::string::npos);
}

TEST_CASE("a file that cannot be executed fails that job alone, with the reason") {
  test_space t;
  t.write("data", "not a program");
  const auto run = t.weir({"./{}", ":::", "data"});
  CHECK(run.exit_code() == 1);
  CHECK(run.err.find("./data: Permission denied") != std::string::npos);
}

TEST_CASE("a script without an interpreter line is run by the shell, as execvp does") {
  test_space t;
  t.write("script", "echo \"ran $1\"\n");
  CHECK(t.shell("chmod +x script; $WEIR ./script ::: x").out == "ran x\n");
}

TEST_CASE("a job that is killed by a signal is told from one that exits") {
  test_space t;
  CHECK(t.weir({"CHILD", "signal", "{}", ":::", "9"}).err.find("SIGKILL") != std::string::npos);
  CHECK(t.weir({"CHILD", "exit", "{}", ":::", "137"}).err.find("exit 137") != std::string::npos);
}

TEST_CASE("retries try again until the job succeeds") {
  test_space t;
  const auto run = t.weir({"--retries", "3"}, "echo x >> tries; test $(wc -l < tries) -eq 3\n");
  CHECK(run.exit_code() == 0);
  CHECK(lines(t.read("tries")).size() == 3);
}

TEST_CASE("retries end") {
  test_space t;
  CHECK(t.weir({"--retries", "2"}, "echo x >> tries; false\n").exit_code() == 1);
  CHECK(lines(t.read("tries")).size() == 2);
}

TEST_CASE("a timeout ends the whole tree of the job") {
  test_space t;
  const auto run =
      t.weir({"--timeout", "0.2s", "--close-timeout", "0.1s", "CHILD", "setsid", "ignore-term",
              "forever", "then", "background", "forever", "then", "forever", ":::", "x"});
  CHECK(run.exit_code() == 1);
  CHECK(run.err.find("timed out after 200ms") != std::string::npos);
  CHECK(t.survivors().empty());
}

TEST_CASE("a share of the median ends what hangs") {
  test_space t;
  const auto run =
      t.weir({"-j2", "--timeout", "1000%"}, child() + " forever\n" + child() + " exit 0\n" +
                                                child() + " exit 0\n" + child() + " exit 0\n");
  CHECK(run.exit_code() == 1);
  CHECK(run.err.find("timed out") != std::string::npos);
}

TEST_CASE("halting now ends what runs at the first failure") {
  test_space t;
  const auto run =
      t.weir({"-j2", "--halt", "now,fail=1"},
             child() + " touch up forever\n" + child() + " wait-for up exit 1\necho no\n");
  CHECK(run.exit_code() == 1);
  CHECK(run.out.empty());
  CHECK(t.survivors().empty());
}

TEST_CASE("halting soon lets what runs end") {
  test_space t;
  t.write("commands", child() + " touch up wait-for go say done\n" + child() +
                          " wait-for up exit 1\necho no\n");
  const pid_t run = t.start({"-j2", "--halt", "soon,fail=1", "-a", "commands"});
  // Only then: else the first would end in time for the third to start.
  test_space::eventually([&] {
    return t.read("err.pid" + std::to_string(run)).find("weir: stopping") != std::string::npos;
  });
  t.write("go", "");
  const auto end = t.join(run);
  CHECK(end.exit_code() == 1);
  CHECK(end.out == "done\n");
}

TEST_CASE("halting at success is a success") {
  test_space t;
  CHECK(t.weir({"-j1", "--halt", "now,success=1"}, "true\nfalse\n").exit_code() == 0);
}
