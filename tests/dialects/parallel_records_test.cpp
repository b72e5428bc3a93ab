// What GNU parallel's --joblog and --results keep.
#include <csignal>

#include "beside_parallel.hpp"

using namespace test;
using Catch::Contains;

TEST_CASE("a joblog says by number what has run") {
  const std::string columns = "cut -f1,7,8,9 log | sort";
  const std::string first =
      "\"$@\" -k --joblog log 'test -e {} || exit 3; echo {}' ::: abc 'a b' def x; ";
  same(first + columns);
  for (const char* const how : {"--resume", "--resume-failed"})
    same(first + "touch x; \"$@\" -k --joblog log " + how + " 'echo again {}' ::: 1 'a b' 3 4 5; " +
         columns);
  same(first + "touch 'a b'; \"$@\" -k --retry-failed --joblog log; echo $?; " + columns);
  same(first + "touch x; \"$@\" -k --retry-failed --joblog log echo not {} ::: 1 2; " + columns);
  same("\"$@\" -k --resume --joblog log echo ::: 1 2; \"$@\" -k --joblog +log echo ::: 3; " +
       columns);
  same(first + "\"$@\" -k --dry-run --joblog log --resume-failed 'echo {}' ::: 1 2 3 4; " +
       columns);
}

namespace {

/// Jobs 1 and 2 run until the file `go` is there, which it is not before the run is stopped.
const std::string held_jobs =
    " -j2 --termseq TERM,200,KILL 'echo begun; : > begun{}; [ -e go ] || sleep 1000; echo {}' ::: "
    "1 2 3";

void stop_by(int signal, test_space& t, const std::string& options) {
  const pid_t weir = t.start_shell("exec $WEIR --as parallel " + options + held_jobs);
  test_space::eventually([&] { return t.exists("begun1") && t.exists("begun2"); });
  ::kill(weir, signal);
  t.join(weir);
  t.write("go", "");
}

}  // namespace

TEST_CASE("a job that was cut off has no line in a joblog, and runs again") {
  for (const int signal : {SIGINT, SIGTERM})
    for (const std::string how : {" --resume", " --resume-failed"}) {
      INFO(how << " after signal " << signal);
      test_space t;
      stop_by(signal, t, "--joblog log");
      CHECK(lines(t.read("log")).size() == 1);
      const finished rest = t.shell("$WEIR --as parallel -k --joblog log" + how + held_jobs);
      CHECK(rest.out == "begun\n1\nbegun\n2\nbegun\n3\n");
      CHECK(rest.exit_code() == 0);
      CHECK(lines(t.read("log")).size() == 4);
    }
  for (const char* const how : {"--resume", "--resume-failed", "--retry-failed"})
    same(
        "run() { \"$@\" -j2 --joblog log 'case {} in 1) until [ -e begun ]; do sleep 0.1; done; "
        "[ -e go ] || exit 1;; 2) : > begun; [ -e go ] || sleep 1000; esac; echo {}' ::: 1 2 3; }; "
        "run \"$@\" --halt now,fail=1; touch go; run \"$@\" -k " +
        std::string(how) + "; cut -f 1,7 log | sort");
}

TEST_CASE("the result of a job that was cut off is none") {
  for (const std::string tree : {"r", "r_{}", "r_{}/"}) {
    INFO(tree);
    test_space t;
    stop_by(SIGINT, t, "--results " + tree);
    CHECK(t.shell("cat r*/1/2/stdout r_2/stdout r_2 2>&-").out == "begun\n");
    const finished rest = t.shell("$WEIR --as parallel --resume --results " + tree + held_jobs);
    CHECK(rest.exit_code() == 0);
    for (const std::string item : {"1", "2", "3"})
      CHECK(t.shell("I=" + item + "; cat r/1/$I/stdout r_$I/stdout r_$I 2>&-").out ==
            "begun\n" + item + "\n");
    t.shell("rm begun*; $WEIR --as parallel --resume --results " + tree + held_jobs);
    CHECK_FALSE(t.exists("begun1"));
  }
  test_space t;
  stop_by(SIGINT, t, "--joblog log --results r.csv");
  t.shell("$WEIR --as parallel --joblog log --resume --results r.csv" + held_jobs);
  CHECK(t.shell("grep -cE '^[0-9]+,:,' r.csv").out == "3\n");
}

TEST_CASE("a command of two lines is one line of the joblog, and is run again whole") {
  test_space t;
  const std::string weir = "SHELL=/bin/bash $WEIR --as parallel --joblog log ";
  CHECK(t.shell(weir + "::: 'test -e x\nexit $?'").exit_code() == 1);
  CHECK(t.shell("touch x; " + weir + "--retry-failed").exit_code() == 0);
  CHECK(lines(t.read("log")).size() == 3);
}

TEST_CASE("what is no line of a joblog is told, and half a line is none") {
  test_space t;
  t.write("log",
          "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"
          "1\t:\t1.0\t0.1\t0\t0\t0\t0\techo\n2\t:\t1.0\t0.1\t0\t0\t0\t0");
  const std::string resume = "$WEIR --as parallel --joblog log --resume echo ::: a b";
  CHECK(t.shell(resume).out == "b\n");
  CHECK(lines(t.read("log")).size() == 3);
  t.write("log", "hello\n");
  const finished wrong = t.shell(resume);
  CHECK(wrong.exit_code() == 255);
  CHECK_THAT(wrong.err, Contains("--joblog: log: line 1 is not a joblog line"));
  CHECK(t.read("log") == "hello\n");
  for (const char* const how :
       {"--joblog log --resume", "--joblog +log", "--joblog log --resume-failed"}) {
    INFO(how);
    t.write("log", "hello");
    CHECK(t.shell("$WEIR --as parallel " + std::string(how) + " echo ::: a").exit_code() == 255);
    CHECK(t.read("log") == "hello");
  }
  t.write("log", "Seq\tHost\tStart");
  CHECK(sorted_lines(t.shell(resume).out) == std::vector<std::string>{"a", "b"});
  CHECK(lines(t.read("log")).size() == 3);
  const finished none = t.shell("$WEIR --as parallel --retry-failed echo ::: a");
  CHECK(none.exit_code() == 255);
  CHECK_THAT(none.err, Contains("--retry-failed: needs --joblog FILE"));
}

TEST_CASE("a job that was refused for its item is refused again, or fails") {
  test_space t;
  const std::string weir = "SHELL=/bin/bash $WEIR --as parallel --joblog log ";
  CHECK(t.shell(weir + "'test {} -gt 2 || exit 1' ::: 'a b' 3").exit_code() == 1);
  CHECK(t.shell(weir + "--retry-failed").exit_code() == 1);
}

TEST_CASE("results are kept where GNU parallel keeps them") {
  const std::string files = "; find r* -type f | sort; find r* -type f | sort | xargs -d '\\n' cat";
  same("\"$@\" --results r 'echo {}; echo e >&2' ::: a b/c '' 'x\\y'" + files);
  same("\"$@\" --header : --results r echo {a} {b} ::: b I II ::: a III IIII" + files);
  same("\"$@\" --results r_{} echo ::: a b" + files);
  same("\"$@\" --results r_{}/ echo ::: a b" + files);
  same("\"$@\" --results r/{1}-{2}.txt echo ::: a b ::: 1 2" + files);
  same("\"$@\" -n2 --results r echo ::: a b c" + files);
  same("\"$@\" -C, --results r echo {2} ::: a,b c,d" + files);
  same("printf 'echo a\\necho b\\n' | \"$@\" --results r" + files);
  same("\"$@\" --results r 'echo x{}' ::: a b; \"$@\" --resume --results r 'echo y{}' ::: a b c" +
       files);
  same("\"$@\" -k --files --results r 'echo {}; echo e >&2; exit 3' ::: a b" + files);
  same("\"$@\" -k --files 'echo {}; echo e >&2' ::: a b | xargs cat");
  same("printf 'echo a\\necho b\\n' | \"$@\" --results 'r/{#}.txt'" + files);
}

TEST_CASE("what failed and runs again has its results where GNU parallel keeps them") {
  const std::string again =
      "\"$@\" -j1 --joblog log 'echo {}; echo e >&2; exit {}' ::: 0 1 2 > old; "
      "\"$@\" -j1 --joblog log --retry-failed ";
  const std::string files = "; find r* -type f | sort; find r* -type f | sort | xargs -d '\\n' cat";
  same(again + "--results r" + files);
  same(again + "--results 'r/{#}.txt'" + files);
  same(again + "--results 'r/{/}/'" + files);
  same(again + "--results r.csv; find r.csv -type f; sed -E 's/:,[^,]*,[^,]*/:/' r.csv");
  same(again + "--files | xargs cat");
}

TEST_CASE("results are put into a table as GNU parallel does") {
  // Not the times.
  const std::string shown =
      "; echo $?; sed -E 's/^([0-9]+[,\t]:)[,\t][^,\t]*[,\t][^,\t]*/\\1/; "
      "s/(time\": )[0-9.]*/\\1/g' r.*";
  for (const char* const options : {"--results r.csv ", "--results r.tsv ", "--results r.json ",
                                    "--results r.csv --retries 2 "})
    same(std::string("\"$@\" -j1 ") + options + "echo {} '\\\"' ::: 'a b' 'c,d' '' e" + shown);
  same("\"$@\" -j1 --results r.csv 'echo x; echo y >&2; test {1} = b' ::: a ::: b c" + shown);
  same("echo old > r.csv; \"$@\" -j1 --header : --results r.csv echo ::: x 1 2 ::: y 3" + shown);
  same("\"$@\" -j1 -N2 --results r.json 'printf \"a\\tb\\\\\"' ::: 1 2 3" + shown);
  same("printf 'echo a\necho b c\n' | \"$@\" -j1 --results r.csv" + shown);
  same("seq 9 | \"$@\" -j1 --pipe -N3 --results r.csv cat" + shown);
  same(
      "\"$@\" -j1 --results r.csv 'head -c 3000000 /dev/zero | tr \"\\\\0\" x; echo' ::: a; wc -c "
      "< r.csv");
}

TEST_CASE("no result leads out of its tree") {
  test_space t;
  CHECK(t.shell("$WEIR --as parallel --results r/s echo ::: .. ../..").exit_code() == 0);
  CHECK(t.exists("r/s/1/\\../stdout"));
  CHECK_FALSE(t.exists("r/s/stdout"));
}

TEST_CASE("a table is no directory of files, and is not gone on with by what is in it") {
  test_space t;
  const auto error = [&](const std::string& options) {
    const finished run = t.shell("$WEIR --as parallel --results r.csv " + options + " echo ::: a");
    CHECK(run.exit_code() == 255);
    CHECK_FALSE(t.exists("r.csv"));
    return run.err;
  };
  t.shell("echo a > in.csv");
  CHECK_THAT(t.shell("$WEIR --as parallel -a in.csv --results in.csv echo").err,
             Contains("--results: in.csv is also"));
  CHECK(t.read("in.csv") == "a\n");
  CHECK_THAT(error("--files"), Contains("--files: expected a directory in --results, found r.csv"));
  CHECK_THAT(error("--resume"), Contains("--resume: needs --joblog FILE"));
  CHECK_THAT(error("--results -.tsv"), Contains("--results: -.tsv: expected a file"));
  CHECK_THAT(error("-u"), Contains("--results: raw output is not captured"));
}

TEST_CASE("a joblog says how much a job was sent") {
  same("seq 1000 | \"$@\" -j1 --pipe --block 1k --joblog log cat > all; cut -f 1,5 log");
  same("seq 9 | \"$@\" -j1 --pipe -N2 --joblog log 'cat >/dev/null'; cut -f 1,5 log");
  same("\"$@\" -j1 --joblog log echo ::: a; cut -f 1,5 log");
}
