#include "input/manifest/graph.hpp"

#include "input/manifest/plan.hpp"
#include "input/manifest/reading.hpp"
#include "support/catch.hpp"

using namespace weir;
using Catch::Contains;
using Catch::EndsWith;

TEST_CASE("the graph has an arrow from each need, and quotes what names hold") {
  const manifest m = toml(R"(
[[job]]
name = "a\"\\"
argv = ["a"]
shield = true
[[job]]
name = "b"
argv = ["b"]
needs = [{ job = "a\"\\", on = "always" }]
)");
  CHECK(to_dot(m) == R"(digraph weir {
  rankdir=LR;
  node [shape=box];
  j1 [label="a\"\\", peripheries=2];
  j2 [label="b"];
  j1 -> j2 [label="always", style=dashed];
}
)");
}

TEST_CASE("the plan says what runs after what, and within which limits") {
  const manifest m = toml(R"(
[run]
limit = 4
[pool.db]
capacity = 2
[[job]]
name = "load"
argv = ["load", "a b"]
shield = true
timeout = "90s"
retry = 2
pool = { db = 1 }
env = { TOKEN = "secret" }
[[job]]
argv = ["report"]
needs = ["load"]
dir = "out"
)");
  CHECK(describe_plan(m) == R"(limit 4
pool db capacity 2
    1. load
    load 'a b'
    shielded, timeout 1m30s, retry 2, pool db 1
    2. report
    in out
    needs load
2 jobs, 1 shielded
)");
}

TEST_CASE("a job that is needed twice over is told once in a plan") {
  const std::string build =
      "[[job]]\nname = \"build-{os}\"\nargv = [\"make\"]\nmatrix = { os = [\"a\"] }\n";
  const std::string test = "[[job]]\nname = \"test\"\nargv = [\"test\"]\nneeds = ";
  const auto plan = [&](const char* needs) { return describe_plan(toml(build + test + needs)); };
  CHECK_THAT(plan(R"(["build-a", "build-{os}"])"),
             EndsWith("    needs build-a\n2 jobs, 0 shielded\n"));
  CHECK_THAT(plan(R"(["build-a", "build-a"])"),
             EndsWith("    needs build-a\n2 jobs, 0 shielded\n"));
}

TEST_CASE("the plan and the graph tell of which needs one is enough") {
  const std::string two =
      "[[job]]\nname = \"t-{v}\"\nargv = [\"t\"]\nmatrix = { v = [\"1\", \"2\"] }\n"
      "[[job]]\nname = \"a\"\nargv = [\"a\"]\n[[job]]\nargv = [\"e\"]\nneeds = ";
  const auto told = [&](const char* needs) {
    const manifest m = toml(two + needs);
    const std::string plan = describe_plan(m);
    const std::string graph = to_dot(m);
    return plan.substr(plan.find("    needs ")) +
           graph.substr(std::min(graph.find("  j1 ->"), graph.find("  j3 ->")));
  };
  CHECK(told(R"([{ job = "t-{v}", of = "any" }, "a"])") ==
        "    needs t-1 or t-2, a\n4 jobs, 0 shielded\n"
        "  j1 -> j4 [label=\"any\", style=dashed];\n  j2 -> j4 [label=\"any\", style=dashed];\n"
        "  j3 -> j4;\n}\n");
  CHECK(told(R"([{ job = "t-{v}", on = "failure" }])") ==
        "    needs t-1 (failure) or t-2 (failure)\n4 jobs, 0 shielded\n"
        "  j1 -> j4 [label=\"any failure\", style=dashed];\n"
        "  j2 -> j4 [label=\"any failure\", style=dashed];\n}\n");
  CHECK_THAT(told(R"([{ job = "t-{v}", of = "any" }, { job = "t-{v}", on = "failure" }])"),
             Contains("label=\"any 1\"") && Contains("label=\"any 2 failure\""));
  CHECK(told(R"([{ job = "t-{v}", on = "failure", of = "all" }])") ==
        "    needs t-1 (failure), t-2 (failure)\n4 jobs, 0 shielded\n"
        "  j1 -> j4 [label=\"failure\", style=dashed];\n"
        "  j2 -> j4 [label=\"failure\", style=dashed];\n}\n");
}

TEST_CASE("a script of several lines is shown as such, with its own backslashes") {
  const auto plan = [](const std::string& job) { return describe_plan(toml("[[job]]\n" + job)); };
  CHECK(plan("name = \"a\"\nrun = \"\"\"\nprintf 'a\\\\nb'\n\techo c\n\"\"\"\n") ==
        "    1. a\n    | printf 'a\\nb'\n    | \techo c\n1 job, 0 shielded\n");
  CHECK(plan("name = \"a\"\nrun = \"printf 'a\\\\nb'; b\"\nenv = { X = \"1\" }\n") ==
        "    1. a\n    printf 'a\\nb'; b\n1 job, 0 shielded\n");
  CHECK(plan("run = \"a\\n\\nb\"\n") == "    1. a\n     | \n     | b\n1 job, 0 shielded\n");
  CHECK(plan("run = \"a\\nb '\\u001b[2J\\\\x1b'\"\n") ==
        "    1. a\n     | eval \"$(printf 'b \\047\\033[2J\\\\x1b\\047')\"\n1 job, 0 shielded\n");
}

TEST_CASE("a dry run can be copied into a shell and has no values of env") {
  const auto line = [](std::string_view keys) { return dry_run_line(one_job(keys).spec); };
  CHECK(line(R"(argv = ["a", "b c"])") == "a 'b c'");
  CHECK(line("argv = [\"a\"]\ndir = \"x y\"\nstdin = { file = \"in\" }") == "(cd 'x y' && a < in)");
  CHECK(line("argv = [\"a\"]\ndir = \"x/..\"") == "(cd -P x/.. && a)");
  CHECK(line("run = \"a | b\"\ndir = \"x\"") == "(cd x && { a | b; })");
  CHECK(line("run = \"a; exit 3\"") == "/bin/sh -c 'a; exit 3'");
  CHECK(line("argv = [\"a\"]\nenv = { TOKEN = \"secret\", OLD = false }") == "# env: TOKEN OLD\na");
  CHECK(line("argv = [\"cat\"]\nstdin = { text = \"a b\" }") == ": '3 bytes of stdin' | cat");
}
