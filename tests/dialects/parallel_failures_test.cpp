// In GNU parallel's place: jobs that cannot be started or are killed, and signals.
#include <csignal>

#include "beside_parallel.hpp"

using namespace test;
using Catch::Contains;

namespace {

const std::string parallel_of_failures = "SHELL=/bin/bash $WEIR --as parallel ";

/// Starts a job that says that it runs and then waits, and another that would come after it.
pid_t start_two(test_space& t) {
  t.write("job", ": > at$1; until test -e go; do sleep 0.01; done; echo done $1; exit $1");
  const pid_t pid = t.start_shell("exec $WEIR --as parallel -j1 sh job ::: 1 2");
  t.wait_for_file("at1");
  return pid;
}

}  // namespace

TEST_CASE("a job that cannot be started says why, each one") {
  test_space t;
  t.write("text", "echo");
  t.write("lost", "#!/no/such/interpreter\n");
  t.shell("chmod +x lost");
  const finished missing = t.shell(parallel_of_failures + "-j1 nosuchcmd ::: a b");
  CHECK(missing.err ==
        "parallel: job 1 failed: nosuchcmd: command not found\n"
        "parallel: job 2 failed: nosuchcmd: command not found\n");
  CHECK(missing.exit_code() == 2);
  CHECK(t.shell(parallel_of_failures + "./{} ::: text").err ==
        "parallel: job 1 failed: ./text: Permission denied\n");
  CHECK_THAT(
      t.shell(parallel_of_failures + "./lost ::: a").err,
      Contains("parallel: job 1 failed: interpreter /no/such/interpreter of ./lost: No such"));
}

TEST_CASE("a job that is refused for its item says why") {
  test_space t;
  t.write("long", std::string(140000, 'x'));
  for (const char* const line : {"'bash -c \"echo {}\"' ::: 'a b'", "'eval echo {}' ::: 'a b'",
                                 "-s 20 echo ::: $(printf %032d 1)", "-a long echo"}) {
    INFO(line);
    const finished run = t.shell(parallel_of_failures + line);
    CHECK_THAT(run.err, Catch::StartsWith("parallel: job 1 failed: "));
    CHECK(lines(run.err).size() == 1);
    CHECK(run.exit_code() == 1);
  }
}

TEST_CASE("a job that is killed by its timeout is told with its command") {
  test_space t;
  const finished run = t.shell(parallel_of_failures + "--timeout 0.1 sleep ::: 300");
  CHECK(run.err == "parallel: job 1 failed: timed out after 100ms: sleep 300\n");
  CHECK(run.exit_code() == 1);
  const finished sem = t.shell("XDG_RUNTIME_DIR=$PWD $WEIR --as sem --fg --timeout 0.1 sleep 300");
  CHECK_THAT(sem.err, Catch::StartsWith("sem: job 1 failed: timed out after 100ms: sleep 300"));
}

TEST_CASE("what says itself that it failed is not told, and --bar tells all") {
  test_space t;
  CHECK(t.shell(parallel_of_failures + "'exit {}' ::: 1 2").err == "");
  const finished bar = t.shell(parallel_of_failures + "--bar nosuchcmd ::: a");
  CHECK_THAT(bar.err, Contains("nosuchcmd: command not found") && !Contains("parallel: job"));
}

TEST_CASE("jobs none of which can be started are all tried, and counted") {
  same("seq 10 | \"$@\" nosuchcmd 2>/dev/null");
  same("seq 10 | \"$@\" --joblog log nosuchcmd 2>/dev/null; grep -c nosuchcmd log");
  test_space t;
  CHECK(t.shell("seq 10 | " + parallel_of_failures + "nosuchcmd").exit_code() == 10);
  const finished other = t.shell("$WEIR --as moreutils nosuchcmd -- 1 2 3 4 5");
  CHECK(lines(other.err).size() == 5);
  CHECK_THAT(other.err, Contains("moreutils: job 5 failed: nosuchcmd: command not found"));
  CHECK(other.exit_code() == 1);
}

TEST_CASE("SIGHUP starts no more and lets jobs end, SIGTERM ends them at once") {
  {
    test_space t;
    const pid_t pid = start_two(t);
    ::kill(pid, SIGHUP);
    test_space::eventually([&] { return t.read("err.1").find("SIGHUP") != std::string::npos; });
    t.shell(": > go");
    const auto run = t.join(pid);
    CHECK(run.out == "done 1\n");
    CHECK(run.err == "parallel: SIGHUP: no more jobs start; waiting for 1 job; SIGTERM ends it\n");
    CHECK(run.exit_code() == 1);
    CHECK_FALSE(t.exists("at2"));
  }
  for (const bool after_hangup : {false, true}) {
    test_space t;
    const pid_t pid = start_two(t);
    if (after_hangup) {
      ::kill(pid, SIGHUP);
      test_space::eventually([&] { return t.read("err.1").find("SIGHUP") != std::string::npos; });
    }
    ::kill(pid, SIGTERM);
    const auto run = t.join(pid);
    CHECK(run.out == "");
    CHECK(run.term_signal() == SIGTERM);
    CHECK_FALSE(t.exists("at2"));
  }
}
