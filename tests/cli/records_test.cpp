#include <algorithm>
#include <csignal>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;

TEST_CASE("a job log has a row for each job that ran") {
  test_space t;
  const auto run = t.weir({"--joblog", "log", "CHILD", "exit", "{}", ":::", "0", "3"});
  CHECK(run.exit_code() == 1);
  const auto rows = lines(t.read("log"));
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].rfind("Seq\tHost\tStarttime", 0) == 0);
  for (const auto& row : rows) CHECK(std::count(row.begin(), row.end(), '\t') == 8);
}

TEST_CASE("a record that cannot be opened is a mistake, and nothing is started") {
  test_space t;
  const auto run = t.weir({"--joblog", "no/such/log", "CHILD", "touch", "{}", ":::", "ran"});
  CHECK(run.exit_code() == 2);
  CHECK(run.err == "weir: --joblog: no/such/log cannot be written: No such file or directory\n");
  CHECK_FALSE(t.exists("ran"));
}

TEST_CASE("a record that cannot be written stops the run and is told once") {
  test_space t;
  const auto run = t.weir({"--joblog", "/dev/full", "-j1"},
                          "true\n" + child() + " forever\n" + child() + " touch late\n");
  CHECK(run.exit_code() == 3);
  const std::string words = "weir: /dev/full: No space left on device\n";
  const auto first = run.err.find(words);
  REQUIRE(first != std::string::npos);
  CHECK(run.err.find(words, first + 1) == std::string::npos);
  CHECK(run.err.find("weir: records:") == std::string::npos);
  CHECK_FALSE(t.exists("late"));
  CHECK(t.survivors().empty());
}

TEST_CASE(
    "a record's reader that takes nothing is told as that, and a signal as what stopped the run") {
  test_space t;
  const pid_t weir = t.start_shell(
      "mkfifo p.jsonl; exec 3<>p.jsonl; exec $WEIR -j1 --results p.jsonl "
      "'$CHILD print 2000000; exec $CHILD touch at{}' ::: 1 2 3 4 5 6 > /dev/null");
  t.wait_for_file("at3");
  ::kill(weir, SIGTERM);
  const finished run = t.join(weir);
  CHECK(run.term_signal() == SIGTERM);
  CHECK_THAT(run.err, Catch::Contains("weir: p.jsonl: its reader takes nothing\n") &&
                          Catch::Contains("; stopped by SIGTERM") &&
                          !Catch::Contains("the error above"));
}

TEST_CASE("a record that cannot be written when the first job starts ends no job") {
  test_space t;
  const finished run =
      t.shell("ln -s /dev/full full; $WEIR -j2 --joblog full touch ::: a b c; echo $?");
  CHECK(run.out == "3\n");
  CHECK_THAT(run.err, Catch::Contains("weir: full: No space left") &&
                          Catch::Contains("3 not started") && !Catch::Contains("ending"));
  CHECK_FALSE(t.exists("a"));
}

TEST_CASE("a trace is whole after the run, also when it was stopped") {
  test_space t;
  const pid_t weir = t.start(
      {"--trace", "t.json", "-j2", "CHILD", "touch", "{}", "forever", ":::", "a", "b", "c"});
  t.wait_for_file("a");
  t.wait_for_file("b");
  ::kill(weir, SIGINT);
  CHECK(t.join(weir).term_signal() == SIGINT);
  const std::string trace = t.read("t.json");
  CHECK(trace.front() == '[');
  CHECK(trace.substr(trace.size() - 3) == "\n]\n");
  const auto rows = lines(trace);
  CHECK(std::count_if(rows.begin(), rows.end(), [](const std::string& row) {
          return row.find("\"ph\":\"X\"") != std::string::npos;
        }) == 2);
}

TEST_CASE("a report is one page with the run's jobs") {
  test_space t;
  const auto run = t.weir({"--report", "run.html", "CHILD", "exit", "{}", ":::", "0", "3"});
  CHECK(run.exit_code() == 1);
  const auto page = t.read("run.html");
  CHECK(page.rfind("<!doctype html>", 0) == 0);
  CHECK(page.find("\"how\":\"exit 3\"") != std::string::npos);
  CHECK(page.find("--report run.html") != std::string::npos);
  CHECK(page.find("</html>") != std::string::npos);
}

TEST_CASE("a report tells of a run that was stopped, too") {
  test_space t;
  const pid_t weir =
      t.start({"--report", "run.html", "-j1", "CHILD", "touch", "{}", "forever", ":::", "a", "b"});
  t.wait_for_file("a");
  ::kill(weir, SIGINT);
  CHECK(t.join(weir).term_signal() == SIGINT);
  const auto page = t.read("run.html");
  CHECK(page.find("\"stop\":\"stopped by SIGINT\"") != std::string::npos);
  CHECK(page.find("\"verdict\":\"not started\"") != std::string::npos);
}

TEST_CASE("a report knows what needed what, and shows no value of the environment") {
  test_space t;
  t.write("m.toml", R"(version = 1
[run]
env = { TOKEN = "hunter2" }
[[job]]
name = "first"
argv = ["true"]
[[job]]
name = "second"
needs = ["first"]
argv = ["true"]
)");
  CHECK(t.weir({"--file", "m.toml", "--report", "run.html"}).exit_code() == 0);
  const auto page = t.read("run.html");
  CHECK(page.find("\"last\":1,\"needs\":[1]") != std::string::npos);
  CHECK(page.find("hunter2") == std::string::npos);
}

TEST_CASE("a report leads to what each job has written, in whichever order both are asked for") {
  for (const bool report_first : {true, false}) {
    test_space t;
    const std::vector<std::string> results{"--results", "out"};
    std::vector<std::string> words{"--report", "run.html"};
    words.insert(report_first ? words.end() : words.begin(), results.begin(), results.end());
    for (const char* word : {"CHILD", "print", "{}", ":::", "10", "20"}) words.emplace_back(word);
    CHECK(t.weir(words).exit_code() == 0);
    const std::string page = t.read("run.html");
    CHECK(page.find(R"("results":"out")") != std::string::npos);
    CHECK(page.find(R"("place":"10")") != std::string::npos);
    CHECK(t.read("out/10/stdout").size() == 10);
  }
}

TEST_CASE("a report where there is no place for it is a mistake, and nothing is started") {
  test_space t;
  const auto run = t.weir({"--report", "no/such/r.html", "CHILD", "touch", "{}", ":::", "ran"});
  CHECK(run.exit_code() == 2);
  CHECK(run.err.find("--report: no/such/r.html cannot be written") != std::string::npos);
  CHECK_FALSE(t.exists("ran"));
}

TEST_CASE("results of jobs are found under their items, names or command lines") {
  test_space t;
  CHECK(t.weir({"--results", "out", "CHILD", "say", "{2}", ":::", "a", ":::", "b.log", "../c"})
            .exit_code() == 0);
  CHECK(t.read("out/a b.log/stdout") == "b.log\n");
  CHECK(t.read("out/a ..%2Fc/stdout") == "../c\n");
  t.weir({"--results", "out"}, "echo 'x y'\n");
  CHECK(t.read("out/echo 'x y'/stdout") == "x y\n");
  t.write("m.toml", "version = 1\n[[job]]\nname = \"n/1\"\nargv = [\"echo\", \"z\"]\n");
  t.weir({"--results", "out", "--file", "m.toml"});
  CHECK(t.read("out/n%2F1/stdout") == "z\n");
  CHECK(t.read("out/n%2F1/outcome.json").find("\"seq\":1,\"name\":\"n/1\"") != std::string::npos);
}

TEST_CASE("the results of an empty item have a name, too") {
  test_space t;
  CHECK(t.weir({"--results", "out", "CHILD", "say", "{}", ":::", "", "a"}).exit_code() == 0);
  CHECK(t.read("out/%00/stdout") == "\n");
}

TEST_CASE("the results of all attempts are kept, the last on top") {
  test_space t;
  CHECK(t.weir({"--retries", "3", "--results", "all",
                "echo {} >> n; wc -l < n; test $(wc -l < n) -ge 3", ":::", "a"})
            .exit_code() == 0);
  CHECK(t.read("all/a/stdout") == "3\n");
  CHECK(t.read("all/a/attempt-1/stdout") == "1\n");
  CHECK(t.read("all/a/attempt-2/stdout") == "2\n");
  CHECK(t.read("all/a/outcome.json").find("\"attempts\":3") != std::string::npos);
  CHECK_FALSE(t.exists("all/a/attempt-3"));
}

TEST_CASE("a suite of JUnit has the name that it is given") {
  test_space t;
  CHECK(t.weir({"--junit", "j.xml", "--junit-suite", "unit <tests>", "CHILD", "say", ":::", "a"})
            .exit_code() == 0);
  CHECK(t.read("j.xml").find("<testsuite name=\"unit &lt;tests&gt;\"") != std::string::npos);
  CHECK(t.read("j.xml").find("classname=\"unit &lt;tests&gt;\"") != std::string::npos);
  CHECK(t.weir({"--junit-suite", "x", "CHILD", "say", ":::", "a"}).exit_code() == 2);
}

TEST_CASE("results go to one file of lines when it is called so, and are printed all the same") {
  test_space t;
  const auto run = t.weir({"-k", "--results", "r.jsonl", "CHILD", "say", "{}", "print", "100000",
                           ":::", "1", "2", "3"});
  CHECK(run.exit_code() == 0);
  CHECK(lines(t.read("r.jsonl")).size() == 3);
  CHECK(run.out.substr(0, 2) == "1\n");
  CHECK(run.out.size() == 3 * 100002);
}

TEST_CASE("results need output that is captured") {
  test_space t;
  const auto run = t.weir({"--results", "out", "-u", "echo", ":::", "a"});
  CHECK(run.exit_code() == 2);
  CHECK(run.err.find("--results: raw output is not captured") != std::string::npos);
  t.write("m.toml", "version = 1\n[run]\noutput = \"raw\"\n[[job]]\nargv = [\"echo\", \"z\"]\n");
  CHECK(t.weir({"--results", "out", "--file", "m.toml"}).exit_code() == 2);
}

TEST_CASE("results are complete when there are few descriptors") {
  test_space t;
  const auto run =
      t.shell("ulimit -n 32; seq 100 | $WEIR -q -j50 --results out $CHILD print 9000 say");
  CHECK(run.exit_code() == 0);
  CHECK(t.shell("ls out | wc -l; cat out/*/outcome.json | wc -l").out == "100\n100\n");
}

TEST_CASE("a file in the place of the directory of results is refused") {
  test_space t;
  t.write("out", "");
  CHECK(t.weir({"--results", "out", "echo", ":::", "a"}).exit_code() == 2);
}

TEST_CASE("a disk too full for results stops the run") {
  test_space t;
  if (t.shell("unshare -rm true").exit_code() != 0) return;
  t.write("script",
          "mkdir o && mount -t tmpfs -o size=40k none o && "
          "$WEIR --results o -j1 'head -c 9000 /dev/zero; : {}' ::: 1 2 3 4 5 6 7 8 9; echo $?");
  const auto run = t.shell("unshare -rm sh script");
  CHECK(run.err.find("stdout: No space left on device\n") != std::string::npos);
  CHECK(run.out.substr(run.out.size() - 2) == "3\n");
}

TEST_CASE("a log says where the records are when there is something to look for in them") {
  test_space t;
  const auto good = t.weir({"--joblog", "log", "--junit", "j.xml", "CHILD", "say", ":::", "a"});
  CHECK(good.err.empty());
  const auto bad = t.weir({"--joblog", "log", "--junit", "j.xml", "CHILD", "exit", ":::", "3"});
  CHECK_THAT(bad.err, Catch::Contains("weir: records: log, j.xml\n"));
}

TEST_CASE("a directory of results is not named like a table by mistake") {
  test_space t;
  for (const std::string name : {"r.csv", "r.tsv", "r.json", "r.ndjson"}) {
    const auto run = t.weir({"--results", name, "CHILD", "say", ":::", "a"});
    CHECK(run.exit_code() == 2);
    CHECK(run.out.empty());
    CHECK_THAT(run.err,
               Catch::Contains("--results: " + name + ": expected a directory, as " + name + "/"));
    CHECK_FALSE(t.exists(name));
  }
  CHECK(t.weir({"--results", "r.csv/", "CHILD", "say", ":::", "a"}).exit_code() == 0);
  CHECK(t.weir({"--results", "r.csv", "CHILD", "say", ":::", "b"}).exit_code() == 0);
  CHECK(t.exists("r.csv/a/stdout"));
  CHECK(t.exists("r.csv/b/stdout"));
}

TEST_CASE("a file is not input and record at once, nor two records") {
  test_space t;
  t.write("items", "a\nb\n");
  const auto refused = [&](const std::string& arguments, const std::string& what) {
    const auto run = t.shell("$WEIR " + arguments);
    CHECK(run.exit_code() == 2);
    CHECK_THAT(run.err, Catch::Contains(what));
    CHECK(t.read("items") == "a\nb\n");
  };
  refused("--joblog items echo :::: items", "--joblog: items is also \"::::\": expected");
  refused("--joblog items echo < items", "--joblog: items is also stdin");
  refused("--joblog ./items -a items echo", "is also -a");
  refused("--joblog new --trace ./new echo ::: a", "is also --joblog");
  refused("--journal new --joblog new echo ::: a", "is also --journal");
  refused("--joblog /dev/stdout echo ::: a > out", "is also stdout");
  CHECK_FALSE(t.exists("new"));
  t.shell("mkfifo pipe");
  refused("-a pipe --joblog pipe echo", "--joblog: pipe is also -a");
  refused("--joblog pipe --trace pipe echo ::: a", "--trace: pipe is also --joblog");
}

TEST_CASE("a FIFO that nobody reads is no record") {
  test_space t;
  for (const std::string option : {"--joblog", "--junit", "--durations", "--journal"})
    CHECK(t.shell("mkfifo f 2>/dev/null; $WEIR " + option + " f echo ::: a").exit_code() >= 2);
}
