// weir in xargs' place where there is no rival to be asked: the terminal, signals, several at once.
#include <csignal>

#include "support/catch.hpp"
#include "support/test_space.hpp"

#include "at_terminal.hpp"

using namespace test;
using Catch::Contains;

TEST_CASE("a link that is called xargs is xargs") {
  test_space t;
  const auto run = t.shell("ln -s $WEIR xargs; seq 3 | ./xargs -n2 echo; ./xargs --help | head -1");
  CHECK(run.out == "1 2\n3\nUsage: xargs [OPTIONS] [COMMAND [ARG...]]\n");
}

TEST_CASE("option --as names a dialect that is known, and comes first") {
  test_space t;
  CHECK(t.shell("seq 2 | $WEIR --as=xargs echo").out == "1 2\n");
  const auto unknown = t.weir({"--as", "rush", "echo"});
  CHECK(unknown.exit_code() == 2);
  CHECK_THAT(unknown.err, Contains("--as: invalid value \"rush\""));
  CHECK_THAT(t.weir({"--as"}).err, Contains("--as: needs a DIALECT"));
  CHECK_THAT(t.weir({"-j2", "--as", "xargs", "echo"}).err,
             Contains("--as: must be the first word"));
}

TEST_CASE("errors of a dialect are told under its name") {
  test_space t;
  CHECK(t.weir({"--as", "xargs", "--bogus"}).err == "xargs: --bogus: unknown option\n");
  CHECK(t.shell("echo 1 | $WEIR --as xargs no-such-program").err ==
        "xargs: no-such-program: No such file or directory\n");
  CHECK(t.shell("echo 1 | $WEIR --as xargs sh -c 'exit 255'").err ==
        "xargs: sh: exited with status 255; aborting\n");
  CHECK(t.shell("echo 1 | $WEIR --as xargs sh -c 'kill -9 $$'").err ==
        "xargs: sh: terminated by signal 9\n");
  CHECK(t.shell("echo 1 | $WEIR --as xargs false").err.empty());
}

TEST_CASE("option -t prints each command line to stderr, and nothing else is said") {
  test_space t;
  const auto run = t.shell("printf 'a b\\n' | $WEIR --as xargs -t -n1 echo 'x y'");
  CHECK(run.out == "x y a\nx y b\n");
  CHECK(run.err == "echo 'x y' a\necho 'x y' b\n");
}

TEST_CASE("option --show-limits tells the limits and goes on") {
  test_space t;
  const auto run = t.shell("echo a | $WEIR --as xargs --show-limits -s 5000 echo");
  CHECK(run.out == "a\n");
  CHECK_THAT(run.err, Contains("Size of command buffer we are actually using: 5000\n"));
}

TEST_CASE("output of jobs at the same time is not mixed") {
  test_space t;
  const auto run = t.shell(
      "printf '1\\n2\\n' | $WEIR --as xargs -P2 -n1 sh -c "
      "'echo $0; : > at$0; until test -e at1 && test -e at2; do :; done; echo $0'");
  CHECK((run.out == "1\n1\n2\n2\n" || run.out == "2\n2\n1\n1\n"));
}

TEST_CASE("with -p the terminal is asked before each job") {
  test_space t;
  const std::string shown =
      at_terminal(t, "seq 3 | $WEIR --as xargs -p -n1 echo got", "y\nn\nYes\n");
  CHECK_THAT(shown, Contains("echo got 1 ?..."));
  CHECK_THAT(shown, Contains("echo got 2 ?..."));
  CHECK_THAT(shown, Contains("\r\ngot 1\r\n") || Contains("...got 1\r\n"));
  CHECK_THAT(shown, !Contains("\ngot 2\r\n") && !Contains("...got 2\r\n"));
  CHECK_THAT(shown, Contains("\r\ngot 3\r\n") || Contains("...got 3\r\n"));
}

TEST_CASE("with -p and no terminal nothing runs") {
  test_space t;
  const auto run = t.shell("seq 3 | setsid -w $WEIR --as xargs -p -n1 echo");
  CHECK(run.exit_code() == 1);
  CHECK(run.out.empty());
  CHECK_THAT(run.err, Contains("xargs: /dev/tty: "));
}

TEST_CASE("with -o a job reads the terminal") {
  test_space t;
  const std::string shown =
      at_terminal(t, "echo item | $WEIR --as xargs -o sh -c 'read x; echo \"$0 <$x>\"'", "typed\n");
  CHECK_THAT(shown, Contains("item <typed>"));
}

TEST_CASE("USR1 adds a slot and USR2 takes one away") {
  test_space t;
  const std::string job = "echo $1; : > at$1; until test -e go$1; do sleep 0.01; done";
  t.write("job", job);
  t.write("items", "1 2 3 4 5");
  const pid_t pid = t.start_shell("exec $WEIR --as xargs -P1 -n1 sh job < items");
  t.wait_for_file("at1");
  CHECK_FALSE(t.exists("at2"));
  ::kill(pid, SIGUSR1);
  t.wait_for_file("at2");
  ::kill(pid, SIGUSR2);
  ::kill(pid, SIGUSR2);  // never none
  t.shell(": > go1; : > go2");
  t.wait_for_file("at3");
  CHECK_FALSE(t.exists("at4"));
  t.shell(": > go3; : > go4; : > go5");
  CHECK(t.join(pid).exit_code() == 0);
}

TEST_CASE("a job that exits with 255 stops the rest, and running ones end by themselves") {
  test_space t;
  const auto run = t.shell(
      "seq 9 | $WEIR --as xargs -P2 -n1 sh -c 'case $0 in 1) echo $$ > pid.new; mv pid.new pid; "
      "until test -e at2; do :; done; exit 255;; 2) : > at2; until test -e pid; do :; done; while "
      "kill -0 $(cat pid) 2>/dev/null; do :; done; echo whole;; *) echo $0;; esac'");
  CHECK(run.exit_code() == 124);
  CHECK(run.out == "whole\n");
}
