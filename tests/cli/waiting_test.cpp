// Why jobs have not started: weir ctl status, SIGUSR1, and what a log is told.
#include <csignal>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

namespace {

std::string status(test_space& t, const std::string& json = "") {
  return t.shell("$WEIR ctl " + json + " ./s status").out;
}

/// What a job of each kind waits for while `build` and `db1` run.
const std::string all_kinds = R"(version = 1
[run]
limit = 3
[pool.db]
capacity = 1
[[job]]
name = "build"
weight = 2
run = "$CHILD touch up1 wait-for go"
[[job]]
name = "db{n}"
matrix = { n = [1, 2, 3] }
pool = { db = 1 }
run = "$CHILD touch up2 wait-for go"
[[job]]
name = "test"
needs = ["build"]
run = "true"
[[job]]
name = "deploy"
needs = ["build", "test"]
run = "true"
[[job]]
name = "heavy"
weight = 2
run = "true"
[[job]]
name = "light"
run = "true"
)";

}  // namespace

TEST_CASE("of every job that has not started the status says why") {
  test_space t;
  t.write("m.toml", all_kinds);
  const auto weir = t.start_shell("exec $WEIR --control=s --file m.toml 2> err");
  t.wait_for_file("up1");
  t.wait_for_file("up2");
  const std::string people =
      "weir:   2 wait for pool db (1 of 1 taken): db2, db3\n"
      "weir:   1 waits for job build: test\n"
      "weir:   1 waits for jobs build, test: deploy\n"
      "weir:   1 waits for 2 slots (3 of 3 taken): heavy\n"
      "weir:   1 waits for a slot (3 of 3 taken): light\n";
  CHECK_THAT(status(t), Catch::EndsWith(people));
  CHECK_THAT(
      status(t, "--json"),
      Contains(
          R"x("waiting":[{"seq":3,"name":"db2","for":"pool","why":"pool db (1 of 1 taken)"})x") &&
          Contains(R"({"seq":5,"name":"test","for":"needs","why":"job build"})") &&
          Contains(R"x("name":"heavy","for":"weight","why":"2 slots (3 of 3 taken)")x") &&
          Contains(R"x("name":"light","for":"slot","why":"a slot (3 of 3 taken)"}])x") &&
          Contains(R"("waiting_more":0)"));
  ::kill(weir, SIGUSR1);
  test_space::eventually([&] { return t.read("err").find(people) != std::string::npos; });
  t.write("go", "");
  CHECK(t.join(weir).exit_code() == 0);
}

TEST_CASE("while a slot is free the status says that jobs are held up by a pool") {
  test_space t;
  t.write("m.toml",
          "version = 1\n[run]\nlimit = 2\n[pool.db]\ncapacity = 1\n[[job]]\nname = \"db{n}\"\n"
          "matrix = { n = [1, 2] }\npool = { db = 1 }\nrun = \"$CHILD touch up wait-for go\"\n");
  const auto weir = t.start_shell("exec $WEIR --control=s --file m.toml");
  t.wait_for_file("up");
  CHECK_THAT(status(t, "--json"), Contains(R"("held":1,"held_by":"pool db",)"));
  t.write("go", "");
  CHECK(t.join(weir).exit_code() == 0);
}

TEST_CASE("jobs for a label wait for a worker that has it") {
  test_space t;
  t.write("m.toml",
          "version = 1\n[run]\non = [\"exec/1:gpu:$CHILD wait-for come && env\", \"exec/1:env\"]\n"
          "[[job]]\nname = \"any\"\nrun = \"$CHILD touch up wait-for go\"\n"
          "[[job]]\nname = \"gpu{n}\"\nmatrix = { n = [1, 2] }\non = \"gpu\"\n"
          "run = \"$CHILD touch gpu{n} wait-for go\"\n");
  const auto weir = t.start_shell("exec $WEIR --remote-weir \"$WEIR\" --control=s --file m.toml");
  t.wait_for_file("up");
  CHECK_THAT(status(t),
             Contains("2 wait for a worker with the label gpu (none is ready): gpu1, gpu2"));
  CHECK_THAT(status(t, "--json"), Contains(R"("name":"gpu1","for":"label")"));
  t.write("come", "");
  t.wait_for_file("gpu1");
  CHECK_THAT(status(t),
             Contains("1 waits for a worker with the label gpu (1 of 1 slots taken): gpu2"));
  t.write("go", "");
  CHECK(t.join(weir).exit_code() == 0);
}

TEST_CASE("many waiting jobs are few lines, also those that were not read yet") {
  test_space t;
  const auto weir = t.start_shell(
      "exec $WEIR --control=s --pending-limit 1500 -j1 '$CHILD touch up wait-for go; : ' ::: "
      "$(seq 3000)");
  t.wait_for_file("up");
  test_space::eventually(
      [&] { return status(t).find(" 1501 wait for a slot") != std::string::npos; });
  const std::string people = status(t);
  CHECK(lines(people).size() == 4);
  CHECK_THAT(people, Contains(" and 1498 more\n") && Contains("weir:   1498 not read yet\n"));
  CHECK_THAT(status(t, "--json"), Contains(R"("waiting_more":501)"));
  ::kill(weir, SIGKILL);
  t.join(weir);
}
