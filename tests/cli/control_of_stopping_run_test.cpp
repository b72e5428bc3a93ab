// What weir ctl is told by a run that is being stopped.
#include "support/catch.hpp"

#include <csignal>

#include "support/test_space.hpp"

using Catch::Contains;
using test::test_space;

TEST_CASE("a run that is being stopped starts nothing more, and says so to resume") {
  test_space t;
  const pid_t weir =
      t.start_shell("exec $WEIR --control=s --shield '$CHILD touch up wait-for go; : {}' ::: a");
  t.wait_for_file("up");
  ::kill(weir, SIGINT);
  test_space::eventually([&] { return t.shell("$WEIR ctl ./s resume").exit_code() == 1; });
  for (const std::string verb : {"resume", "pause", "limit 3"})
    CHECK_THAT(t.shell("$WEIR ctl ./s " + verb).err,
               Contains("no job starts any more: the run is being stopped (SIGINT)"));
  t.write("go", "");
  CHECK(t.join(weir).term_signal() == SIGINT);
}

TEST_CASE("jobs that follow up after a halt are paused, and resumed") {
  test_space t;
  t.write("m.toml", R"(version = 1
[[job]]
name = "first"
run = "$CHILD touch up wait-for go; exit 1"
[[job]]
name = "roll-back"
needs = [{ job = "first", on = "failure" }]
run = "echo rolled back"
)");
  const pid_t weir = t.start_shell("exec $WEIR --control=s --halt now,fail=1 --file m.toml");
  t.wait_for_file("up");
  CHECK(t.shell("$WEIR ctl ./s pause").exit_code() == 0);
  t.write("go", "");
  test_space::eventually(
      [&] { return t.shell("$WEIR ctl ./s status").out.find("stopping") != std::string::npos; });
  CHECK(t.shell("$WEIR ctl ./s resume").exit_code() == 0);
  CHECK(t.join(weir).out == "rolled back\n");
}

TEST_CASE("a job that a stop has dropped is not only told as ended") {
  test_space t;
  const pid_t weir = t.start_shell(
      "exec $WEIR -j1 --control=s --shield '$CHILD touch up wait-for go; : {}' ::: a b");
  t.wait_for_file("up");
  ::kill(weir, SIGINT);
  test_space::eventually([&] {
    return t.shell("$WEIR ctl ./s cancel 2")
               .err.find(
                   "or does not start: the run is being "
                   "stopped (SIGINT)") != std::string::npos;
  });
  t.write("go", "");
  t.join(weir);
}
