#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

TEST_CASE("the output of a job is in one piece, stdout and stderr apart") {
  test_space t;
  const auto run = t.weir({"-j4", "CHILD", "say", "{}", "say-err", "e{}", "print", "100000", "say",
                           "{}", ":::", "1", "2", "3", "4"});
  CHECK(run.exit_code() == 0);
  const auto out = lines(run.out);
  std::string open;
  for (const auto& line : out) {
    if (line.size() > 1) continue;
    if (open.empty()) {
      open = line;
    } else {
      CHECK(line == open);
      open.clear();
    }
  }
  CHECK(sorted_lines(run.err) == std::vector<std::string>{"e1", "e2", "e3", "e4"});
}

TEST_CASE("kept in order, the first job streams while others wait for it") {
  test_space t;
  // The first job ends only when the second has ended: its output must not depend on that order.
  const auto run = t.weir(
      {"-k", "-j2"}, child() + " say a wait-for done say b\n" + child() + " say c touch done\n");
  CHECK(run.out == "a\nb\nc\n");
}

TEST_CASE("by line, whole lines of all jobs come as they are written") {
  test_space t;
  const pid_t weir =
      t.start({"--line-buffer", "-j2"}, child() + " say a wait-for 2 say b\n" + child() +
                                            " wait-for 1 say c wait-for 3 say d\n");
  // Of what two jobs have written by the time that weir looks, either may come first.
  std::string so_far;
  for (const auto& [said, go_on] : {std::pair("a\n", "1"), {"c\n", "2"}, {"b\n", "3"}}) {
    so_far += said;
    test_space::eventually([&] { return t.read("out.1") == so_far; });
    t.write(go_on, "");
  }
  CHECK(t.join(weir).out == "a\nc\nb\nd\n");
}

TEST_CASE("raw output is not captured") {
  test_space t;
  CHECK(t.weir({"-u", "-j1", "CHILD", "say", "{}", ":::", "1", "2"}).out == "1\n2\n");
}

TEST_CASE("a tag is one line, and acts neither on the terminal nor on a CI system") {
  test_space t;
  const auto tagged = [&](const std::string& item) {
    return t.weir({"--tag", "-0", "sh", "-c", "echo x", "{}"}, item + '\0').out;
  };
  CHECK(tagged("a\nb\x1b]52;c;eA==\x07") == "a\\nb\\x1b]52;c;eA==\\x07\tx\n");
  CHECK(tagged("\xc3\xa9 \xe6\xbc\xa2") == "\xc3\xa9 \xe6\xbc\xa2\tx\n");
  CHECK(tagged("::error::a") == "\\x3a:error::a\tx\n");
  CHECK(tagged("##vso[task.setvariable]a") == "#\\x23vso[task.setvariable]a\tx\n");
  CHECK(t.weir({"--tagstring", "<{}>", "sh", "-c", "echo x", "{}", ":::", "a\rb"}).out ==
        "<a\\rb>\tx\n");
}

TEST_CASE("a tag starts every line") {
  test_space t;
  CHECK(t.weir({"-k", "--tag", "echo", "x{}", ":::", "", "b"}).out == "\tx\nb\txb\n");
  CHECK(t.weir({"-k", "--tagstring", "{.}", "echo", "x", ":::", ".a", "b.c"}).out ==
        "\tx .a\nb\tx b.c\n");
  CHECK(t.weir({"-k", "--tag", "CHILD", "say", "{}", "say", "x", ":::", "1", "2"}).out ==
        "1\t1\n1\tx\n2\t2\n2\tx\n");
  CHECK(t.weir({"-k", "--tagstring", "[{#}]", "CHILD", "say", "{}", ":::", "a"}).out == "[1]\ta\n");
}

TEST_CASE("bytes are as they were, without a newline at the end too") {
  test_space t;
  CHECK(t.weir({"-k", "CHILD", "write", "{}", ":::", "a", "b"}).out == "ab");
  CHECK(t.weir({"-k", "--final-newline", "CHILD", "write", "{}", ":::", "a", "b"}).out == "a\nb\n");
}

TEST_CASE("every byte of many jobs is there in each mode") {
  test_space t;
  for (const std::string mode : {"--group", "--line-buffer", "-k", "-u"}) {
    INFO(mode);
    const auto run =
        t.shell("seq 100 | $WEIR -j8 " + mode + " $CHILD print 4000 say end{} | wc -c");
    // 4000 bytes, then "endN\n"
    CHECK(run.out == std::to_string(100 * 4004 + 9 + 2 * 90 + 3) + "\n");
  }
}

TEST_CASE("a full disk is an error, never a success") {
  test_space t;
  const auto run = t.shell("$WEIR $CHILD print 100000 then ::: 1 2 3 > /dev/full; echo $?");
  CHECK(run.out == "3\n");
  CHECK(run.err.find("stdout: No space left on device") != std::string::npos);
}

TEST_CASE("a file that may not grow is an error of output, not the end of weir") {
  test_space t;
  const auto run = t.shell("ulimit -f 20; $WEIR $CHILD print 100000 then ::: 1 > out; echo $?");
  CHECK(run.out == "3\n");
  CHECK(run.err.find("stdout: File too large") != std::string::npos);
}

TEST_CASE("the last bytes of the only job count, too, when the disk is full") {
  test_space t;
  const auto run = t.shell("$WEIR echo ::: a > /dev/full; echo $?");
  CHECK(run.out == "3\n");
  CHECK(run.err.find("stdout: No space left on device") != std::string::npos);
}

TEST_CASE("it is told whose output could not be written") {
  test_space t;
  const std::string words = "weir: output was not written: ";
  CHECK(t.shell("$WEIR $CHILD print 3000 ::: a > /dev/full")
            .err.find(words + "3000 bytes of job 1\n") != std::string::npos);
  CHECK(t.shell("$WEIR echo ::: a >&-").err.find(words + "2 bytes of job 1\n") !=
        std::string::npos);
  // Also what comes later, of those that are waited for.
  const auto run = t.shell(
      "$WEIR -j2 --shield '[ {} = a ] || $CHILD touch up wait-for go; echo {}' ::: a b > /dev/full "
      "2> said & $CHILD wait-for up; until grep -q 'No space left' said; do sleep 0.01; done; "
      ": > go; wait $!; cat said >&2");
  CHECK(run.err.find(words + "2 bytes of job 1 and 2 bytes of job 2\n") != std::string::npos);
  // Who has left misses nothing.
  CHECK(t.shell("$WEIR -j1 $CHILD print ::: 200000 | $CHILD say end").err.find(words) ==
        std::string::npos);
}

TEST_CASE("a closed stdout is an error, never a success") {
  test_space t;
  CHECK(t.shell("$WEIR echo ::: 1 >&-; echo $? >&2").err.find("3\n") != std::string::npos);
}

TEST_CASE("when the reader of stdout has gone, weir stops without a word") {
  test_space t;
  const auto run = t.shell("(seq 100000 | $WEIR -j2 echo; echo $? >&2) | head -n 1");
  CHECK(lines(run.out).size() == 1);
  CHECK(run.err == "141\n");
}

TEST_CASE("when the reader of raw output has gone, weir stops without a word, too") {
  test_space t;
  t.write(
      "m.toml", "version = 1\n[[job]]\noutput = \"raw\"\nrun = \"echo {n}\"\nmatrix = { n = [" +
                    [] {
                      std::string all = "0";
                      for (int i = 1; i < 500; ++i) all += ", " + std::to_string(i);
                      return all;
                    }() +
                    "] }\n");
  for (const std::string run : {"seq 100000 | $WEIR -u -j2 echo", "$WEIR -j2 --file m.toml",
                                "seq 100000 | $WEIR -u -j2 --retries 1 'echo {}; exit $?'"}) {
    INFO(run);
    const auto ran = t.shell("(" + run + "; echo $? >&2) | head -n 1");
    CHECK(lines(ran.out).size() == 1);
    CHECK(ran.err == "141\n");
  }
}

TEST_CASE("a job's SIGPIPE within itself is its own affair") {
  test_space t;
  const auto run =
      t.shell("{ $WEIR -u -j1 'echo {}; kill -PIPE $$' ::: 1 2 3; echo $? >&2; } | cat");
  CHECK(run.out == numbers(3));
  CHECK_THAT(run.err, Contains("3 jobs in") && Contains("3 failed") && Contains("\n1\n"));
}

TEST_CASE("a reader that has gone hides no failure, and no end by a signal") {
  test_space t;
  const auto failed = t.shell(
      "$WEIR -j1 'echo {}; [ {} != 1 ] || { echo why >&2; exit 9; }; sleep 0.1' ::: 1 2 3 4 5 | "
      "head -n 1");
  CHECK(lines(failed.out).size() == 1);
  CHECK_THAT(failed.err, Contains("job 1 failed: exit 9") && Contains("| why"));
  CHECK_THAT(failed.err, !Contains("cancelled") && !Contains("jobs in"));

  // Ctrl-C ends tee, too.
  test_space tee;
  REQUIRE(::mkfifo(tee.path("out").c_str(), 0600) == 0);
  const int reader = ::open(tee.path("out").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const pid_t weir = tee.start_shell(
      "exec $WEIR 'trap \"echo more; exit 3\" TERM; sleep 1000 & touch up; wait; : {}' ::: 1 > "
      "out");
  tee.wait_for_file("up");
  ::close(reader);
  ::kill(weir, SIGINT);
  const auto stopped = tee.join(weir);
  CHECK(stopped.term_signal() == SIGINT);
  CHECK_THAT(stopped.err, Contains("job 1 was cancelled") && Contains("1 job in"));
}

TEST_CASE("a descendant that holds the output does not hold the run") {
  test_space t;
  const auto run =
      t.weir({"--summary", "CHILD", "say", "a", "setsid", "forever", "then", "say", ":::", "b"});
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "a\nb\n");
  CHECK(run.err.find("open") != std::string::npos);
}

TEST_CASE("stdout that is non-blocking with a slow reader loses nothing") {
  test_space t;
  const auto run = t.shell(
      "mkfifo slow; (while read -r line; do echo \"$line\"; done < slow | wc -l) & "
      "$WEIR -j4 $CHILD print 8000 then ::: $(seq 50) 1<> slow > slow; wait");
  CHECK(run.out == "5000\n");
}

TEST_CASE("a command line that -t tells comes before what a job writes itself") {
  test_space t;
  t.shell("seq 50 | $WEIR -t -u -j50 sh -c 'grep -c \" $0$\" said >> seen' 2> said");
  CHECK(lines(t.read("seen")) == std::vector<std::string>(50, "1"));
}
