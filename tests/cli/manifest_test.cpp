// weir --file: the examples of the repository, and what a manifest promises.
#include <filesystem>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;

namespace {

std::string example(const std::string& name) {
  return std::string(WEIR_EXAMPLES) + '/' + name;
}

}  // namespace

TEST_CASE("the release pipeline packs, checks and announces") {
  test_space t;
  const auto run = t.weir({"--file", example("release.toml")});
  CHECK(run.exit_code() == 0);
  CHECK(t.exists("release/SHA256SUMS"));
}

TEST_CASE("the test matrix runs its combinations") {
  test_space t;
  CHECK(t.weir({"--file", example("test-matrix.toml")}).exit_code() == 0);
}

TEST_CASE("the data conversion retries what fails at first") {
  test_space t;
  const auto run = t.weir({"--file", example("convert.toml"), "--summary"});
  CHECK(run.exit_code() == 0);
  CHECK(run.err.find("3 after a retry") != std::string::npos);
}

TEST_CASE("the deploy with a shielded step succeeds") {
  test_space t;
  CHECK(t.weir({"--file", example("deploy.toml")}).exit_code() == 0);
}

TEST_CASE("JSON Lines are jobs as they come") {
  test_space t;
  const auto run = t.shell(
      "mkfifo in out; $WEIR -k --file - --format jsonl < in > out & exec 3> in 4< out; "
      "echo '{\"argv\":[\"echo\",\"first\"]}' >&3; read -r line <&4; echo \"got $line\"; "
      "echo '{\"run\":\"echo second | cat\"}' >&3; exec 3>&-; cat <&4; wait");
  CHECK(run.out == "got first\nsecond\n");
}

TEST_CASE("a job starts when all that it needs has succeeded") {
  test_space t;
  t.write("m.toml", R"(version = 1
[[job]]
name = "last"
needs = ["first", "second"]
run = "cat first second"
[[job]]
name = "first"
run = "echo 1 > first"
[[job]]
name = "second"
needs = ["first"]
run = "echo 2 > second"
)");
  CHECK(t.weir({"--file", "m.toml"}).out == "1\n2\n");
}

TEST_CASE("a failed need skips what depends on it, with the reason; another runs on the failure") {
  test_space t;
  t.write("m.toml", R"(version = 1
[[job]]
name = "build"
argv = ["false"]
[[job]]
name = "test"
needs = ["build"]
run = "touch tested"
[[job]]
name = "blame"
needs = [{ job = "build", on = "failure" }]
run = "echo blame"
)");
  const auto run = t.weir({"--file", "m.toml"});
  CHECK(run.exit_code() == 1);
  CHECK(run.out == "blame\n");
  CHECK_FALSE(t.exists("tested"));
  CHECK(run.err.find("test (job 2) skipped: needs build, which failed") != std::string::npos);
  CHECK(run.err.find("build (job 1) failed: exit 1") != std::string::npos);
}

TEST_CASE("a pool bounds its users, and a job that waits for it holds no slot") {
  test_space t;
  t.write("m.toml", R"(version = 1
[run]
limit = 2
[pool.db]
capacity = 1
[defaults]
dir = "."
[[job]]
name = "a"
pool = { db = 1 }
run = "mkdir lock && touch a; while ! test -e c; do sleep 0.01; done; rmdir lock"
[[job]]
name = "b"
pool = { db = 1 }
run = "mkdir lock && rmdir lock"
[[job]]
name = "c"
run = "while ! test -e a; do sleep 0.01; done; touch c"
)");
  CHECK(t.weir({"--file", "m.toml"}).exit_code() == 0);
}

TEST_CASE("settings of a job are kept: env, dir, stdin, ok, skip, allow-failure") {
  test_space t;
  t.write("m.toml", R"(version = 1
[run]
limit = 1
env = { LEVEL = "1", GONE = "x" }
[[job]]
name = "env"
run = "echo $LEVEL ${GONE-unset} $WEIR_JOB; pwd | grep -o /sub$"
dir = "sub"
env = { LEVEL = "2", GONE = false }
[[job]]
name = "stdin"
argv = ["cat"]
stdin = { text = "typed\n" }
[[job]]
name = "file"
argv = ["cat"]
stdin = { file = "in.txt" }
[[job]]
name = "ok"
argv = ["sh", "-c", "exit 3"]
ok = [0, 3]
[[job]]
name = "skip"
argv = ["sh", "-c", "exit 77"]
skip = [77]
[[job]]
name = "may-fail"
argv = ["false"]
allow-failure = true
)");
  t.write("in.txt", "from file\n");
  std::filesystem::create_directory(t.path("sub"));
  const auto run = t.weir({"--file", "m.toml", "--summary"});
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "2 unset env\n/sub\ntyped\nfrom file\n");
  CHECK(run.err.find("1 skipped") != std::string::npos);
}

TEST_CASE("a FIFO as a job's input keeps no other job waiting") {
  test_space t;
  t.write("m.toml", R"toml(version = 1
[[job]]
name = "reads"
argv = ["sh", "-c", "cat; echo \"$1\"", "sh", "a b"]
dir = "sub"
stdin = { file = "../fifo" }
[[job]]
name = "writes"
run = "echo through > fifo"
)toml");
  std::filesystem::create_directory(t.path("sub"));
  const auto run = t.shell("mkfifo fifo; timeout -s KILL 60 $WEIR -j2 --file m.toml");
  CHECK(run.exit_code() == 0);
  CHECK(run.out == "through\na b\n");
}

TEST_CASE("matrix values are data in a script") {
  test_space t;
  t.write("m.toml", R"toml(version = 1
[[job]]
name = "x"
matrix = { v = ["$(touch pwned)", "a b"] }
run = "printf '%s\\n' {v}"
)toml");
  const auto run = t.weir({"-k", "--file", "m.toml"});
  CHECK(run.out == "$(touch pwned)\na b\n");
  CHECK_FALSE(t.exists("pwned"));
}

TEST_CASE("an input of a job that is not there is told as a file") {
  test_space t;
  t.write("m.toml",
          "version = 1\n[[job]]\nname = \"a\"\nargv = [\"cat\"]\nstdin = { file = \"none\" }\n");
  const auto run = t.weir({"--file", "m.toml"});
  CHECK(run.exit_code() == 1);
  CHECK(run.err.find("stdin none: No such file or directory") != std::string::npos);
}

TEST_CASE("names and patterns select jobs; names bring what they need") {
  test_space t;
  t.write("m.toml", R"(version = 1
[[job]]
name = "gen"
argv = ["echo", "gen"]
[[job]]
name = "lint"
argv = ["echo", "lint"]
[[job]]
name = "test"
needs = ["gen"]
argv = ["echo", "test"]
)");
  CHECK(t.weir({"--file", "m.toml", "test"}).out == "gen\ntest\n");
  CHECK(t.weir({"--file", "m.toml", "--only", "l*"}).out == "lint\n");
  CHECK(sorted_lines(t.weir({"--file", "m.toml", "--except", "l*"}).out) ==
        std::vector<std::string>{"gen", "test"});
  CHECK(t.weir({"--file", "m.toml", "--only", "nothing*"}).exit_code() == 2);
  CHECK(t.weir({"--file", "m.toml", "tset"}).err.find("did you mean") != std::string::npos);
}

TEST_CASE("every fault is told with its place, and nothing starts") {
  test_space t;
  t.write("m.toml",
          "version = 1\n[[job]]\nname = \"a\"\nrun = \"touch started\"\nneeds = [\"b\"]\n"
          "[[job]]\nname = \"c\"\nargv = \"x\"\n");
  const auto run = t.weir({"--file", "m.toml"});
  CHECK(run.exit_code() == 2);
  CHECK(run.err.find("m.toml:8:") != std::string::npos);
  CHECK_FALSE(t.exists("started"));
  t.write("c.toml",
          "version = 1\n[[job]]\nname = \"a\"\nneeds = [\"b\"]\nrun = \"x\"\n"
          "[[job]]\nname = \"b\"\nneeds = [\"a\"]\nrun = \"x\"\n");
  CHECK(t.weir({"--file", "c.toml"}).err.find("a -> b -> a") != std::string::npos);
}

TEST_CASE("a bad line of JSON Lines is told with line and column, after the jobs before it") {
  test_space t;
  const auto run = t.weir({"--file", "-", "--format", "jsonl"},
                          "{\"argv\":[\"echo\",\"ok\"]}\n{\"argv\":[\"echo\"],\"nmae\":\"x\"}\n");
  CHECK(run.exit_code() == 2);
  CHECK(run.out == "ok\n");
  CHECK(run.err.find("stdin:2:") != std::string::npos);
}

TEST_CASE("check, graph, dry run and schema run nothing") {
  test_space t;
  t.write("m.toml",
          "version = 1\n[[job]]\nname = \"a\"\nrun = \"touch started | cat\"\n"
          "env = { SECRET = \"hunter2\" }\nshield = true\n");
  const auto check = t.weir({"--file", "m.toml", "--check"});
  CHECK(check.exit_code() == 0);
  CHECK(check.out.find("1 shielded") != std::string::npos);
  CHECK(t.weir({"--file", "m.toml", "--graph"}).out.find("digraph") != std::string::npos);
  const auto dry = t.weir({"--file", "m.toml", "--dry-run"});
  CHECK(dry.out.find("touch started | cat") != std::string::npos);
  CHECK(t.weir({"--schema"}).out.find("\"$schema\"") != std::string::npos);
  CHECK((check.out + dry.out).find("hunter2") == std::string::npos);
  CHECK_FALSE(t.exists("started"));
}

TEST_CASE("durations are learnt, and put first what others wait for longest") {
  test_space t;
  t.write("m.toml", R"(version = 1
[run]
limit = 1
[[job]]
name = "short"
run = "echo short"
[[job]]
name = "long"
run = "echo long"
)");
  CHECK(t.weir({"--file", "m.toml", "--durations", "d"}).out == "short\nlong\n");
  CHECK(lines(t.read("d")).size() == 2);
  t.write("d", "0.1\tshort\n9.5\tlong\n");
  CHECK(t.weir({"--file", "m.toml", "--durations", "d"}).out == "long\nshort\n");
  t.write("d", "soon\tshort\n");
  CHECK(t.weir({"--durations", "d2", ": 'a\nb' {}", ":::", "1"}).exit_code() == 0);
  CHECK_THAT(t.read("d2"), Catch::Contains("\t: 'a\\nb' 1\n"));
  const auto lost = t.weir({"--durations", "lost", "mkdir", ":::", "lost"});
  CHECK(lost.exit_code() == 3);
  CHECK_THAT(lost.err,
             Catch::Contains("weir: lost: Is a directory\n") && !Catch::Contains("stopped"));
  const auto bad = t.weir({"--file", "m.toml", "--durations", "d"});
  CHECK(bad.exit_code() == 2);
  CHECK(bad.err.find("d:1:1:") != std::string::npos);
}

TEST_CASE("a line of JSON of more than 16 MiB is taken by the run as it is by --check") {
  test_space t;
  t.write("long.jsonl",
          R"({"argv":["true"],"stdin":{"text":")" + std::string(17 << 20, 'x') + "\"}}\n");
  CHECK(t.weir({"--file", "long.jsonl", "--check"}).exit_code() == 0);
  CHECK(t.weir({"--file", "long.jsonl"}).exit_code() == 0);
  for (const std::string way : {"--check", "--graph", "--dry-run", "-k"}) {
    INFO(way);
    const auto run = t.weir({"--file", "long.jsonl", "--max-line", "16M", way});
    CHECK(run.exit_code() == 2);
    CHECK(run.err == "weir: long.jsonl:1: line longer than 16 MiB\n");
  }
}

TEST_CASE("a manifest in YAML, or in one JSON document, is refused with a word about it") {
  test_space t;
  t.write("m.yaml", "jobs:\n");
  t.write("m.json", "[]");
  CHECK(t.weir({"--file", "m.yaml"}).err.find("m.yaml: YAML is not supported") !=
        std::string::npos);
  CHECK(t.weir({"--file", "m.json"}).err.find("one object on each line") != std::string::npos);
}

TEST_CASE("run it again, of a job of a manifest, runs just that job with all that it says") {
  test_space t;
  t.write("my jobs.toml", R"(version = 1
[[job]]
name = "first"
argv = ["false"]
[[job]]
name = "it's [{v}]*"
matrix = { v = ["a"] }
needs = [{ job = "first", on = "failure" }]
env = { GREETING = "hello" }
stdin = { text = "secret" }
run = "echo ran $GREETING; cat; exit 3"
)");
  const auto run = t.weir({"--file", "my jobs.toml"});
  const std::string start = "run it again: ";
  const auto at = run.err.rfind(start);
  REQUIRE(at != std::string::npos);
  const std::string line =
      run.err.substr(at + start.size(), run.err.find('\n', at) - at - start.size());
  CHECK(line.substr(0, 5) == "weir ");
  const auto again = t.shell("weir() { \"$WEIR\" \"$@\"; }; " + line);
  CHECK(again.exit_code() == 1);
  CHECK(again.out == "ran hello\nsecret");
  CHECK(run.err.find("printf") == std::string::npos);
}

TEST_CASE("a job of a manifest without a name is run again by its command") {
  test_space t;
  t.write("m.toml",
          "version = 1\n[[job]]\nrun = 'echo $0; exit 3'\n[[job]]\nname = 'n'\nargv = ['false']\n");
  t.write("m.jsonl", "{\"argv\":[\"false\",\"a b\"]}\n");
  const auto toml = t.weir({"--file", "m.toml", "-j1"}).err;
  CHECK_THAT(toml, Contains("run it again: /bin/sh -c 'echo $0; exit 3'\n"));
  CHECK_THAT(toml, Contains("run it again: weir --file=m.toml --only=n\n"));
  CHECK_THAT(t.weir({"--file", "m.jsonl"}).err, Contains("run it again: false 'a b'\n"));
}

TEST_CASE("a check refuses what the run would refuse before it starts, with the same words") {
  test_space t;
  t.write("m.toml", "version = 1\n[run]\noutput = \"raw\"\n[[job]]\nargv = [\"true\"]\n");
  const std::vector<std::vector<std::string>> refused{
      {"-k"}, {"--tag"}, {"--journal", "m.toml"}, {"--resume", "m.toml"}, {"--durations", "."}};
  for (const auto& more : refused) {
    INFO(more[0]);
    std::vector<std::string> run{"--file", "m.toml"};
    run.insert(run.end(), more.begin(), more.end());
    std::vector<std::string> check = run;
    check.push_back("--check");
    const auto said = t.weir(run);
    const auto checked = t.weir(check);
    CHECK(said.exit_code() == 2);
    CHECK(checked.exit_code() == 2);
    CHECK(checked.err == said.err);
  }
}

TEST_CASE("a clean-up of a matrix runs when any of its jobs failed, after all have ended") {
  test_space t;
  t.write("m.toml", R"_(version = 1
[[job]]
name = "test-{v}"
matrix = { v = [0, 1, 2] }
run = "touch ended-{v}; exit $((1 - {v} * {v} % 2))"
[[job]]
name = "clean"
needs = [{ job = "test-{v}", on = "failure" }]
run = "ls ended-0 ended-1 ended-2"
[[job]]
name = "all-failed"
needs = [{ job = "test-{v}", on = "failure", of = "all" }]
argv = ["echo", "no"]
)_");
  CHECK(t.weir({"--file", "m.toml"}).out == "ended-0\nended-1\nended-2\n");
}
