// sem: beside GNU sem where it is installed, and what weir promises beyond it.
#include <csignal>

#include <sys/stat.h>

#include "gnu_parallel.hpp"

using namespace test;
using Catch::Contains;

namespace {

/// \param script calls it "$@", with a place of its own for what it keeps.
finished by(const std::string& home, const std::string& tool, const std::string& script) {
  test_space t;
  return t.shell(
      "HOME=$PWD XDG_RUNTIME_DIR=$PWD SHELL=/bin/bash PARALLEL_SHELL=/bin/bash; export HOME "
      "XDG_RUNTIME_DIR SHELL PARALLEL_SHELL; " +
      home + "set -- " + tool + "; " + script);
}

finished ours(const std::string& script) {
  return by("mkdir .parallel; ", "$WEIR --as sem", script);
}

void same_as_sem(const std::string& script) {
  check_beside_gnu(script, ours(script), [&] { return by(with_gnu_home(), "sem", script); });
}

}  // namespace

TEST_CASE("in front sem ends as its command does") {
  same_as_sem(R"("$@" --fg --id x 'echo a; exit 3')");
  same_as_sem(R"("$@" --fg --id x 'kill -9 $$')");
  same_as_sem(R"("$@" --fg --id x no-such-program)");
  same_as_sem(R"("$@" --fg --id x true)");
}

TEST_CASE("sem joins its words to a script") {
  same_as_sem(R"("$@" --fg --id x echo a 'b   c' ';' echo d)");
  same_as_sem(R"("$@" --fg --id x -q echo a 'b   c')");
  same_as_sem(R"("$@" --id x echo a ';' echo b; "$@" --wait --id x)");
}

TEST_CASE("sem gives stdin to its command") {
  same_as_sem(R"(echo in | "$@" --fg --id x cat)");
}

TEST_CASE("sem returns when its command has begun") {
  same_as_sem(
      R"("$@" --id x 'until test -e go; do sleep 0.05; done; echo 1; exit 3'; echo "$?"; : > go
          "$@" --id x --wait)");
}

TEST_CASE("waiting is for all commands of that name") {
  same_as_sem(R"("$@" -j2 --id x 'until test -e go; do sleep 0.05; done; echo 1'
          "$@" --id y --wait; echo y; : > go; "$@" --id x --wait; echo x)");
}

TEST_CASE("impatience runs the command all the same, or gives up") {
  same_as_sem(R"("$@" --id x 'until test -e go; do sleep 0.05; done'
          "$@" --id x --fg --st 1 echo late; "$@" --id x --fg --st -1 echo never; echo "$?"; : > go)");
}

TEST_CASE("sem runs as many commands as it is told and then waits") {
  const auto run = ours(R"(
      for i in 1 2 3 4 5 6; do
        "$@" -j2 --id x "echo +; until test -e go.$i; do sleep 0.01; done; echo -" >> log
        test $i -lt 2 || : > go.$((i - 1))
      done; : > go.6; "$@" --wait --id x
      awk '/\+/ { if (++n > 2) print "too many" } /-/ { n-- } END { print NR }' log)");
  CHECK(run.out == "12\n");
}

TEST_CASE("parallel is a semaphore where GNU parallel is one") {
  const auto run = by("mkdir .parallel; ", "$WEIR --as parallel",
                      R"("$@" --semaphore --fg --id x 'echo a; exit 4'; echo $?
      "$@" --fg echo b; "$@" --id x echo c; "$@" --id x --wait)");
  CHECK(run.out == "a\n4\nb\nc\n");
}

TEST_CASE("the list names who holds the slots") {
  const auto run = ours(R"(
      "$@" -j2 --id 'a b' 'until test -e go; do sleep 0.05; done' ; "$@" --list | cut -f1,2,5
      "$@" --list --id other; : > go; "$@" --id 'a b' --wait; "$@" --list)");
  CHECK(run.out == "a b\t1\tuntil test -e go; do sleep 0.05; done\n");
}

TEST_CASE("a killed sem whose command lives on has its slot") {
  const auto run = ours(R"(
      "$@" --id x 'echo $PPID > engine; (echo $BASHPID > job; until test -e go; do sleep 0.05; done); :'
      until test -s job; do sleep 0.05; done
      keeper=$("$@" --list | cut -f3)
      kill -STOP $keeper; kill -9 $(cat engine); kill -9 $keeper
      "$@" --id x --fg --st -0.2 echo no; echo $?; "$@" --list | grep -c 'its command is still running'
      kill -9 $(cat job); "$@" --id x --fg echo yes)");
  CHECK(run.out == "1\n1\nyes\n");
}

TEST_CASE("a killed command gives its slot back") {
  const auto run = ours(R"(
      "$@" --id x 'echo $$ > job; while :; do sleep 0.05; done'
      until test -s job; do sleep 0.05; done
      kill -9 $(cat job); "$@" --id x --fg echo yes)");
  CHECK(run.out == "yes\n");
}

TEST_CASE("what a command leaves running has no slot") {
  const auto run = ours(R"("$@" --id x --fg 'sleep 1000 > /dev/null 2>&1 & echo $! > left'
      "$@" --id x --fg echo yes; kill $(cat left))");
  CHECK(run.out == "yes\n");
}

TEST_CASE("semaphores are of this user alone") {
  const auto run = ours(R"("$@" --id x --fg true; stat -c %a weir weir/sem weir/sem/*
      chmod 755 weir; "$@" --id x --fg echo no; echo $?
      mv weir aside; ln -s aside weir; "$@" --id x --fg echo no; echo $?)");
  CHECK(run.out == "700\n700\n600\n255\n255\n");
  CHECK_THAT(run.err, Contains("/weir: expected a directory that only you can access (mode 0700)"));
}

TEST_CASE("what a semaphore cannot do is refused") {
  const auto refused = [](const std::string& words, const std::string& message) {
    INFO(words);
    const auto run = ours("\"$@\" --id x --fg " + words);
    CHECK(run.exit_code() == 255);
    CHECK(run.out.empty());
    CHECK_THAT(run.err, Contains(message));
  };
  refused("echo ::: a b", "\":::\": a semaphore has one command and reads no items");
  refused("-a file echo", "-a: a semaphore has one command");
  refused("", "COMMAND is missing");
  refused("--st x echo a", "--st: \"x\" is not a duration");
  refused("-j 0x echo a", "-j");
}
