// weir report: the page of a run, made later.
#include <csignal>
#include <filesystem>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

TEST_CASE("a page is made from a journal later") {
  test_space t;
  CHECK(t.weir({"--journal", "run.jsonl", "CHILD", "exit", "{}", ":::", "0", "3"}).exit_code() ==
        1);
  const std::string journal = t.read("run.jsonl");
  const auto made = t.weir({"report", "run.jsonl", "-o", "run.html"});
  CHECK(made.exit_code() == 0);
  CHECK(made.err.empty());
  const std::string page = t.read("run.html");
  CHECK_THAT(page, Contains(R"("succeeded":1,"failed":1)"));
  CHECK_THAT(page, Contains(R"("how":"exit 3")"));
  CHECK_THAT(page, Contains("</html>"));
  CHECK(t.read("run.jsonl") == journal);
  const auto nowhere = t.weir({"report", "run.jsonl", "-o", "no/such/p"});
  CHECK(nowhere.exit_code() == 2);
  CHECK_THAT(nowhere.err, Contains("weir: report: no/such/p cannot be written"));
}

TEST_CASE("a later page has the run's command line, and how its jobs are run again") {
  test_space t;
  t.write("m.toml", "version = 1\n[[job]]\nname = \"a b\"\nrun = \"exit 3; true\"\n");
  CHECK(
      t.weir({"--journal", "run.jsonl", "--file", "m.toml", "--report", "now.html"}).exit_code() ==
      1);
  CHECK(t.weir({"report", "run.jsonl", "-o", "later.html"}).exit_code() == 0);
  for (const char* page : {"now.html", "later.html"}) {
    INFO(page);
    CHECK_THAT(t.read(page), Contains("--journal run.jsonl --file m.toml --report now.html") &&
                                 Contains(R"("command":"weir --file=m.toml --only='a b'")") &&
                                 Contains(R"("runs":"exit 3; true")") && Contains(R"("floor":)"));
  }
}

TEST_CASE("a page is made of a run that was killed, with what was running then") {
  test_space t;
  const pid_t pid = t.start(
      {"--journal", "run.jsonl", "-j1", "CHILD", "touch", "{}", "forever", ":::", "a", "b"});
  t.wait_for_file("a");
  ::kill(t.engine_of(pid), SIGKILL);
  t.join(pid);
  CHECK(t.weir({"report", "run.jsonl", "-orun.html"}).exit_code() == 0);
  const std::string page = t.read("run.html");
  CHECK_THAT(page, Contains(R"("cancelled":1)"));
  CHECK_THAT(page, Contains("stopped by kill -9 or a crash"));
}

TEST_CASE("lines of a journal that are damaged are told of, and the rest makes the page") {
  test_space t;
  t.weir({"--journal", "run.jsonl", "echo", "{}", ":::", "a", "b"});
  const std::string whole = t.read("run.jsonl");
  const auto told = [&](const std::string& journal) {
    t.write("run.jsonl", journal);
    const auto run = t.weir({"report", "run.jsonl", "-o", "page"});
    CHECK(run.exit_code() == 0);
    CHECK(t.weir({"report", "--compare", "run.jsonl", "run.jsonl"}).err == run.err + run.err);
    return run.err;
  };
  CHECK(told(whole).empty());
  CHECK(told(whole + "{\"type\":\"en").empty());  // as on its way
  CHECK(told(whole + "torn\n") == "weir: report: run.jsonl: 1 damaged line is left out\n");
  CHECK(told(whole + "torn\n\n") == "weir: report: run.jsonl: 2 damaged lines are left out\n");
}

TEST_CASE("what weir report cannot make a page of is a mistake, and no page is made") {
  test_space t;
  t.write("text", "no journal\n");
  const auto refused = [&](std::vector<std::string> arguments, const std::string& why) {
    arguments.insert(arguments.begin(), "report");
    const auto run = t.weir(arguments);
    CHECK(run.exit_code() == 2);
    CHECK_THAT(run.err, Contains("weir: report: " + why));
    CHECK_FALSE(t.exists("p"));
  };
  refused({}, "needs a JOURNAL");
  refused({"text"}, "needs -o PAGE");
  refused({"text", "-o"}, "-o expects the name of a file");
  refused({"text", "-o", "p"}, "text contains no weir run");
  refused({"none", "-o", "p"}, "none: no such file");
  refused({"text", "-o", "text"}, "text is the journal itself");
  refused({"text", "more", "-o", "p"}, "more: expected only one JOURNAL");
  refused({"text", "-o", "-"}, "-o -: expected a file");
  refused({"--compare", "text"}, "--compare needs two journals");
  refused({"--compare", "text", "none", "-o", "p"}, "--compare prints");
  refused({"--compare", "text", "text"}, "text contains no weir run");
  refused({"--compare", "none", "nor"}, "none: no such file");
  refused({"--difference"}, "--difference: unknown option");
  CHECK(t.read("text") == "no journal\n");
  CHECK_THAT(t.weir({"report", "--help"}).out, Contains("Usage: weir report JOURNAL -o PAGE"));
}

TEST_CASE(
    "a run that was cut short is worse than a whole one, and its resumption is compared whole") {
  test_space t;
  const auto arguments = [](const char* how, const std::string& journal) {
    return std::vector<std::string>{how,        journal, "-j1", "CHILD", "touch", "up{}",
                                    "wait-for", "go{}",  ":::", "1",     "2",     "3"};
  };
  for (const char* file : {"go1", "go2", "go3"}) t.write(file, "");
  CHECK(t.weir(arguments("--journal", "old")).exit_code() == 0);
  for (const char* file : {"go2", "up1", "up2", "up3"}) std::filesystem::remove(t.path(file));
  const pid_t pid = t.start(arguments("--journal", "new"));
  t.wait_for_file("up2");
  ::kill(t.engine_of(pid), SIGKILL);
  t.join(pid);
  const auto cut = t.weir({"report", "--compare", "old", "new"});
  CHECK(cut.exit_code() == 1);
  CHECK_THAT(cut.out, Contains("up2 wait-for go2: unfinished; succeeded before\n") &&
                          Contains("up3 wait-for go3: the run did not come to its end; succeeded "
                                   "before\n3 jobs in both, 2 not run\n"));
  t.write("go2", "");
  CHECK(t.weir(arguments("--resume", "new")).exit_code() == 0);
  const auto whole = t.weir({"report", "--compare", "old", "new"});
  CHECK(whole.exit_code() == 0);
  CHECK(whole.out == "3 jobs in both\n");
}

TEST_CASE("two runs are compared by what got worse, which is the exit status too") {
  test_space t;
  t.weir({"--journal", "old", "CHILD", "exit", "{}", ":::", "0", "3"});
  t.weir({"--journal", "new", "CHILD", "exit", "{}", ":::", "0", "4"});
  const auto same = t.weir({"report", "--compare", "old", "old"});
  CHECK(same.exit_code() == 0);
  CHECK(same.out == "2 jobs in both\n");
  const auto other = t.weir({"report", "--compare", "old", "new"});
  CHECK(other.exit_code() == 0);
  CHECK(other.out == "1 job in both, 1 new, 1 gone\n");

  t.write("there", "");
  t.weir({"--journal", "before", "test", "-e", ":::", "there"});
  std::filesystem::remove(t.path("there"));
  t.weir({"--journal", "now", "test", "-e", ":::", "there"});
  const auto worse = t.weir({"report", "--compare", "before", "now"});
  CHECK(worse.exit_code() == 1);
  CHECK(worse.out == "failed  test -e there: exit 1; succeeded before\n1 job in both, 1 failed\n");
  const auto better = t.weir({"report", "--compare", "now", "before"});
  CHECK(better.exit_code() == 0);
  CHECK(better.out == "fixed   test -e there: exit 1 before\n1 job in both, 1 fixed\n");
}
