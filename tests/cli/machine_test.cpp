// What jobs wait for beside a slot: the machine's memory and load, and what others claim.
#include <algorithm>
#include <csignal>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using Catch::Contains;

namespace {

/// More than one at a time is told by a line.
const std::string alone =
    "mkdir busy || echo two; $CHILD print 1 > /dev/null; echo one; rmdir busy";

}  // namespace

TEST_CASE("where too little memory is free one job runs at a time, and all of them do") {
  test_space t;
  for (const char* memory : {"--memfree 9000000G", "--memfree 100% --job-memory 1M",
                             "--job-memory 60%", "--job-memory 9000000G"}) {
    INFO(memory);
    const auto run =
        t.shell("$WEIR -j8 " + std::string(memory) + " '" + alone + "; : {}' ::: 1 2 3 4 5");
    CHECK(run.exit_code() == 0);
    CHECK_THAT(run.out, !Contains("two"));
    CHECK(lines(run.out).size() == 5);
  }
}

TEST_CASE("as many jobs run as fit by what each claims") {
  test_space t;
  const auto started = [&] {
    int all = 0;
    for (int i = 1; i <= 4; ++i) all += t.exists("up" + std::to_string(i)) ? 1 : 0;
    return all;
  };
  const auto weir = t.start_shell(
      "exec $WEIR -j8 --job-memory 30% --bar 'touch up{}; exec $CHILD wait-for go' ::: 1 2 3 4");
  test_space::eventually([&] { return started() == 3; });
  t.write("go", "");
  CHECK(t.join(weir).exit_code() == 0);
  CHECK(started() == 4);
}

namespace {

void wait_until_one_is_held_up(test_space& t, pid_t weir) {
  test_space::eventually([&] {
    ::kill(weir, SIGUSR1);
    return t.read("err.1").find("1 held up by claims of memory (needs ") != std::string::npos;
  });
}

}  // namespace

TEST_CASE("progress says what jobs wait for, and how much there is of it") {
  test_space t;
  const auto weir = t.start_shell(
      "exec $WEIR -j8 --job-memory 60% 'touch up{}; exec $CHILD wait-for go' ::: 1 2");
  t.wait_for_file("up1");
  wait_until_one_is_held_up(t, weir);
  t.write("go", "");
  CHECK(t.join(weir).exit_code() == 0);
}

TEST_CASE("jobs of a manifest claim memory and CPUs for themselves") {
  test_space t;
  t.write("jobs.toml",
          "version = 1\n[run]\nlimit = 8\n[defaults]\ncpus = 900000\n"
          "[[job]]\nname = \"{n}\"\nmatrix = { n = [\"1\", \"2\", \"3\"] }\nrun = \"" +
              alone + "; echo {n}\"\n");
  const auto run = t.shell("$WEIR --file jobs.toml");
  CHECK(run.exit_code() == 0);
  CHECK_THAT(run.out, !Contains("two"));
  CHECK_THAT(t.shell("$WEIR --file jobs.toml --check").out, Contains("cpus 900000"));
  const auto refused = [&](const std::string& key, const std::string& message) {
    t.write("bad.toml", "version = 1\n[[job]]\nname = \"a\"\nargv = [\"true\"]\n" + key + "\n");
    const auto bad = t.shell("$WEIR --file bad.toml");
    CHECK(bad.exit_code() == 2);
    CHECK_THAT(bad.err, Contains("bad.toml:5:") && Contains(message));
  };
  refused("memory = \"lots\"", "memory: \"lots\" is not a size: expected a number of bytes");
  refused("memory = 0", "memory: found the integer 0, expected a size above 0");
  refused("cpus = -1", "cpus: found the integer -1, expected a number above 0");
  refused("cpus = nan", "cpus: found");
}

TEST_CASE("what is no load and no memory is refused, with what is expected") {
  test_space t;
  const auto refused = [&](const char* option, const char* value, const std::string& message) {
    const auto run = t.weir({option, value, "touch", ":::", "started"});
    CHECK(run.exit_code() == 2);
    CHECK_THAT(run.err, Contains("weir: " + std::string(option) + ": " + message));
    CHECK_FALSE(t.exists("started"));
  };
  for (const char* bad : {"0", "-1", "x", "80%%", "1e3", "nan"})
    refused("--load", bad, "\"" + std::string(bad) + "\" is not a load: expected");
  for (const char* option : {"--memfree", "--job-memory"})
    for (const char* bad : {"0", "0%", "101%", "lots", "%", "1x%"})
      refused(option, bad, "\"" + std::string(bad) + "\" is not a");
}

TEST_CASE("where the load is too high already one job runs at a time") {
  test_space t;
  const auto run = t.shell("$WEIR -j8 --load 0.000001 '" + alone + "; : {}' ::: 1 2 3");
  CHECK(run.exit_code() == 0);
  CHECK_THAT(run.out, !Contains("two"));
}

TEST_CASE("a gate lets a job start, has it wait, or stops the run by its exit code") {
  test_space t;
  SECTION("0 and 1") {
    // It waits at the first start, and for a moment only.
    const auto run =
        t.shell("$WEIR -j4 -k --gate 'test -e asked || { touch asked; exit 1; }' echo ::: 1 2 3");
    CHECK(run.exit_code() == 0);
    CHECK(run.out == "1\n2\n3\n");
  }
  SECTION("2 lets jobs end that run") {
    const auto weir = t.start_shell(
        "exec $WEIR -j4 --gate 'test ! -e once || exit 2; touch once' "
        "'touch up{}; $CHILD wait-for go; echo end{}' ::: 1 2 3");
    t.wait_for_file("up1");
    test_space::eventually(
        [&] { return t.read("err.1").find("nothing more starts") != std::string::npos; });
    t.write("go", "");
    const auto run = t.join(weir);
    CHECK(run.exit_code() == 1);
    CHECK(run.out == "end1\n");
    CHECK_FALSE(t.exists("up2"));
  }
  SECTION("any other is a mistake, which is told") {
    const auto run = t.shell("$WEIR --gate 'no-such-gate' touch ::: started");
    CHECK(run.exit_code() == 1);
    CHECK_THAT(run.err, Contains("--gate: exit 127: ") && Contains("no-such-gate"));
    CHECK_FALSE(t.exists("started"));
  }
  SECTION("what it writes to stdout is no output") {
    CHECK(t.shell("$WEIR --gate 'echo gate' echo ::: job").out == "job\n");
  }
}

TEST_CASE("what a gate leaves running is ended, told once, and never a job's") {
  test_space t;
  const std::string code = GENERATE("0", "1");
  const std::string rule = GENERATE("", "--leftovers fail ");
  // The second question is answered by 0 in any case; a daemon waits for each.
  const auto run = t.shell("$WEIR -j1 " + rule +
                           "--gate '$CHILD forever > here 2>&1 & test -e asked || { touch asked; "
                           "exit " +
                           code + "; }' echo ::: 1 2");
  INFO(run.err);
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "1\n2\n");
  CHECK_THAT(run.err, !Contains("job") && !Contains("left running"));
  const auto first = run.err.find(" left process ");
  REQUIRE(first != std::string::npos);
  CHECK(run.err.rfind("weir: warning: --gate (", first) != std::string::npos);
  CHECK(run.err.find(" left process ", first + 1) == std::string::npos);
  CHECK(t.survivors().empty());
}

TEST_CASE("a gate that is being asked when the run is stopped ends with it") {
  test_space t;
  const auto weir = t.start_shell(
      "exec $WEIR --gate 'touch asked; exec $CHILD wait-for never' touch ::: started");
  t.wait_for_file("asked");
  REQUIRE(::kill(weir, SIGTERM) == 0);
  CHECK(t.join(weir).term_signal() == SIGTERM);
  CHECK(t.survivors().empty());
  CHECK_FALSE(t.exists("started"));
}

TEST_CASE("where memory is always short the youngest jobs stop, and each goes on in its turn") {
  test_space t;
  const auto weir = t.start_shell(
      "exec $WEIR -j3 --timeout 1h --memsuspend 9000000G 'touch up{}; exec $CHILD wait-for go{}' "
      "::: 1 2");
  t.wait_for_file("up1");
  t.write("go1", "");
  t.wait_for_file("up2");
  t.write("go2", "");
  CHECK(t.join(weir).exit_code() == 0);
}

TEST_CASE("jobs claim what they took before, by the journal or the durations") {
  test_space t;
  t.write("jobs.toml",
          "version = 1\n[defaults]\nmemory = \"learn\"\n[run]\nlimit = 8\n"
          "[[job]]\nname = \"{n}\"\nmatrix = { n = [\"a\", \"b\", \"c\"] }\nrun = \"" +
              alone + "; echo {n}\"\n");
  const std::string huge = std::to_string(std::uint64_t{1} << 60);
  // One is enough: the others, never seen, claim as much.
  t.write("times", "1.000 " + huge + "\ta\n2.000\tgone\n");
  const auto run = t.shell("$WEIR --file jobs.toml --durations times");
  CHECK(run.exit_code() == 0);
  CHECK_THAT(run.out, !Contains("two"));
  const std::string times = t.read("times");
  CHECK_THAT(times, !Contains(huge) && Contains("\n2.000\tgone\n"));
  CHECK(std::ranges::count(times, ' ') == 3);
  CHECK_THAT(t.shell("$WEIR --file jobs.toml --check").out, Contains("memory learn"));
  CHECK_THAT(t.shell("$WEIR --file jobs.toml").err, Contains("jobs claim nothing"));
}

TEST_CASE("what a journal says that a job took goes before its durations") {
  test_space t;
  const std::string run =
      "$WEIR -j2 --job-memory learn --journal log --durations times 'touch up{}; exec $CHILD "
      "wait-for go{}' ::: 1 2";
  t.shell("touch go1 go2");
  CHECK(t.shell(run).exit_code() == 0);
  t.shell("sed -i 's/ [0-9]*/ 1152921504606846976/' times; rm up1 up2 go1 go2");
  const auto again = t.start_shell("exec " + run);
  t.wait_for_file("up1");
  t.wait_for_file("up2");
  t.shell("touch go1 go2");
  CHECK(t.join(again).exit_code() == 0);
  const auto bad = t.shell("$WEIR --job-memory learn true ::: 1");
  CHECK(bad.exit_code() == 2);
  CHECK_THAT(bad.err, Contains("--job-memory learn: needs --journal, --resume or --durations"));
}

TEST_CASE("records say what starts were held up by, for how long, and what jobs had claimed") {
  test_space t;
  const auto weir = t.start_shell(
      "exec $WEIR -j8 --job-memory 60% --report page --trace trace --journal log "
      "'touch up{}; exec $CHILD wait-for go' ::: 1 2");
  t.wait_for_file("up1");
  wait_until_one_is_held_up(t, weir);
  t.write("go", "");
  CHECK(t.join(weir).exit_code() == 0);
  const std::string held =
      R"("held":[{"by":"claims of memory","such_as":"claims of memory (needs )";
  CHECK_THAT(t.read("page"),
             Contains(held) && Contains(R"("most":1}])") && Contains(R"("claim":)"));
  CHECK_THAT(lines(t.read("log")).back(), Contains(held));
  const auto row = [&](const char* page) {
    const std::string all = t.read(page);
    const auto at = all.find("\"held\":[");
    return at == std::string::npos ? page : all.substr(at, all.find(']', at) - at);
  };
  t.shell("$WEIR report log -o later");
  CHECK(row("later") == row("log"));
  CHECK_THAT(t.read("trace"), Contains(R"("name":"held up by claims of memory","cat":"held")"));
  t.shell("$WEIR -j8 --report page2 --journal log2 --trace trace2 true ::: 1 2");
  for (const char* const record : {"page2", "log2", "trace2"})
    CHECK_THAT(t.read(record), !Contains("\"held\":["));
}
