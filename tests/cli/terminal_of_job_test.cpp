// A terminal for each job (--pty), and colours (--color-jobs).
#include "support/catch.hpp"
#include "support/test_space.hpp"

#include <signal.h>

using namespace test;
using Catch::Contains;

namespace {

const std::string sees = "test -t 1 && test -t 2 && ! test -t 0 && echo terminal || echo none";

}  // namespace

TEST_CASE("a job with a terminal writes to one, is captured as any other, byte by byte") {
  test_space t;
  CHECK(t.shell("$WEIR '" + sees + "; : {}' ::: 1").out == "none\n");
  const auto run = t.shell("$WEIR -k --tag --pty '" + sees + "; echo err{} >&2' ::: 1 2");
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "1\tterminal\n1\terr1\n2\tterminal\n2\terr2\n");
  CHECK(run.err.empty());
  // No carriage return is added, and nothing is lost, also of what a terminal would understand.
  t.write("bytes", std::string("a\nb\r\n\tc\033[1m\x03\x04\x1a\xff", 15) + std::string(1, '\0'));
  CHECK(t.shell("$WEIR --pty cat ::: bytes").out == t.read("bytes"));
  CHECK(t.shell("$WEIR -j2 --pty '$CHILD print 100000; : {}' ::: 1 2 | sort -u | wc -l").out ==
        t.shell("$CHILD print 100000 | sort -u | wc -l").out);
}

TEST_CASE("the outcome of a job with a terminal is its own") {
  test_space t;
  CHECK(t.shell("$WEIR --pty 'exit {}' ::: 0").exit_code() == 0);
  const auto failed = t.shell("$WEIR --pty 'echo why; exit {}' ::: 3");
  CHECK(failed.exit_code() == 1);
  CHECK_THAT(failed.out, Contains("why\n"));
  const auto late = t.shell(
      "$WEIR --pty --timeout 100ms --close-timeout 100ms '$CHILD ignore-term wait-for never; : {}' "
      "::: 1");
  CHECK(late.exit_code() == 1);
  CHECK_THAT(late.err, Contains("timed out"));
}

TEST_CASE("a job's terminal is as wide as what it is shown on, less its tag") {
  test_space t;
  CHECK(t.shell("$WEIR --pty 'stty size <&1; : {}' ::: 1").out == "24 80\n");
  CHECK(t.shell("$WEIR --pty --tag 'stty size <&1; : {}' ::: abc").out == "abc\t24 72\n");
}

TEST_CASE("a job of a manifest may have a terminal where others have none") {
  test_space t;
  t.write("jobs.toml", "version = 1\n[[job]]\nname = \"a\"\ntty = true\nrun = '''" + sees +
                           "'''\n[[job]]\nname = \"b\"\nrun = '''" + sees + "'''\n");
  CHECK(t.shell("$WEIR -k --file jobs.toml").out == "terminal\nnone\n");
  CHECK(t.shell("$WEIR -k --pty --file jobs.toml").out == "terminal\nterminal\n");
}

TEST_CASE("a job with a terminal has none to ask on") {
  test_space t;
  const auto run = t.shell("$WEIR --pty 'read answer < /dev/tty; echo {}' ::: asked");
  CHECK_THAT(run.out, Contains("/dev/tty") && Contains("asked"));
}

TEST_CASE("what a job with a terminal leaves may live on when that has gone") {
  test_space t;
  const auto run = t.shell(
      "$WEIR --pty '$CHILD background touch up pid left forever then wait-for up; : {}' ::: 1");
  CHECK(run.exit_code() == 0);
  CHECK_THAT(run.err, Contains("1 process left running"));
  const auto left = static_cast<pid_t>(std::stol(t.read("left")));
  CHECK(::kill(left, 0) == 0);
  ::kill(left, SIGKILL);
}

TEST_CASE("a terminal and raw output exclude each other") {
  test_space t;
  const auto run = t.shell("$WEIR --pty -u touch ::: started");
  CHECK(run.exit_code() == 2);
  CHECK_THAT(run.err, Contains("--pty: raw output is not captured"));
  CHECK_FALSE(t.exists("started"));
}

TEST_CASE("jobs are told to colour where that is asked for, and the environment keeps its word") {
  test_space t;
  const auto told = [&](const std::string& words) {
    return t
        .shell("unset FORCE_COLOR CLICOLOR_FORCE; " + words +
               " 'echo $FORCE_COLOR-$CLICOLOR_FORCE; : {}' ::: 1")
        .out;
  };
  CHECK(told("$WEIR") == "-\n");
  CHECK(told("$WEIR --color-jobs never") == "-\n");
  CHECK(told("$WEIR --color-jobs auto") == "-\n");  // stdout is a file
  CHECK(told("$WEIR --color-jobs always") == "1-1\n");
  CHECK(told("FORCE_COLOR=3 $WEIR --color-jobs always") == "3-1\n");
  // Weir's own lines go by what was set before.
  CHECK_THAT(t.shell("$WEIR --color-jobs always false ::: x").err,
             Contains("1 failed") && !Contains("\x1b"));
  CHECK_THAT(t.shell("FORCE_COLOR=1 $WEIR --color-jobs always false ::: x").err, Contains("\x1b"));
  const auto refused = t.shell("$WEIR --color-jobs red touch ::: started");
  CHECK(refused.exit_code() == 2);
  CHECK_THAT(refused.err,
             Contains("--color-jobs: invalid value \"red\": expected never, always or auto"));
}
