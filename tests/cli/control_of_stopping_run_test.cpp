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
  CHECK_THAT(t.shell("$WEIR ctl ./s resume").err,
             Contains("no job starts any more: the run is being stopped (SIGINT)"));
  t.write("go", "");
  CHECK(t.join(weir).term_signal() == SIGINT);
}
