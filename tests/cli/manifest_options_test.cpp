// Options of the command line beside --file: what they change of a manifest, and what they cannot.
#include "support/catch.hpp"
#include "support/refused.hpp"
#include "support/test_space.hpp"

#include <unistd.h>

using namespace test;

namespace {

/// Runs weir as someone who is not above the rights of files.
std::string user_weir() {
  return ::geteuid() == 0 ? "setpriv --reuid=65534 --clear-groups $WEIR " : "$WEIR ";
}

}  // namespace

TEST_CASE("the command line overrides the manifest's run") {
  test_space t;
  t.write("m.toml", R"(version = 1
[run]
output = "line"
limit = "50%"
[[job]]
name = "slot"
matrix = { n = [1, 2, 3] }
run = "echo $WEIR_SLOT; sleep 0.0{n}"
)");
  CHECK(t.weir({"--limit", "1", "--file", "m.toml"}).out == "1\n1\n1\n");
  const auto plan =
      t.weir({"--limit", "3", "--group", "--timeout", "5", "--file", "m.toml", "--check"}).out;
  CHECK(plan.starts_with("limit 3\noutput group\n"));
  CHECK(plan.find("timeout 5s") != std::string::npos);
}

TEST_CASE("options that make no sense with a manifest, or without, are refused") {
  test_space t;
  t.write("m.toml", "version = 1\n");
  CHECK(t.weir({"--file", "m.toml", "-n", "2"}).exit_code() == 2);
  CHECK(t.weir({"--file", "m.toml", "echo", ":::", "1"}).exit_code() == 2);
  CHECK(t.weir({"--check"}).err.find("--check: needs --file") != std::string::npos);
  const auto shell = t.weir({"--shell", "/bin/sh", "--file", "m.toml"});
  CHECK(shell.exit_code() == 2);
  CHECK(shell.err.find("--shell: cannot be combined with --file") != std::string::npos);
  CHECK(t.weir({"--file", "m.txt"}).err.find("--format") != std::string::npos);
}

TEST_CASE("job options of the command line are for jobs that say nothing themselves") {
  test_space t;
  t.write(
      "m.toml",
      "version = 1\n[defaults]\nmemory = \"2M\"\n[[job]]\nname = \"a\"\nargv = [\"true\"]\n"
      "[[job]]\nname = \"b\"\nargv = [\"true\"]\nshield = false\ntimeout = \"1s\"\nretry = 3\n");
  t.write("m.jsonl",
          "{\"version\":1,\"defaults\":{\"memory\":\"2M\"}}\n{\"name\":\"a\",\"argv\":[\"true\"]}\n"
          "{\"name\":\"b\",\"argv\":[\"true\"],\"shield\":false,\"timeout\":\"1s\",\"retry\":3}\n");
  for (const char* const file : {"m.toml", "m.jsonl"}) {
    INFO(file);
    const auto plan = t.weir({"--shield", "--timeout", "5m", "--retries", "3", "--job-memory", "1G",
                              "--file", file, "--check"});
    CHECK(plan.out ==
          "    1. a\n    true\n    shielded, timeout 5m, retry 2, memory 2M\n"
          "    2. b\n    true\n    timeout 1s, retry 3, memory 2M\n2 jobs, 1 shielded\n");
  }
  // A file without a head has no [defaults] to take them from.
  t.write("bare.jsonl", "{\"argv\":[\"true\"]}\n");
  CHECK(t.weir({"--timeout", "5m", "--file", "bare.jsonl", "--check"}).out ==
        "    1. true\n    timeout 5m\n1 job, 0 shielded\n");
}

TEST_CASE("after -- all words are names of jobs") {
  test_space t;
  t.write("m.toml",
          "version = 1\n[[job]]\nname = \"-x\"\nrun = \"echo x\"\n"
          "[[job]]\nname = \"a\"\nrun = \"echo a\"\n");
  CHECK(t.weir({"--file", "m.toml", "--", "-x"}).out == "x\n");
  CHECK(sorted_lines(t.weir({"--file", "m.toml", "--", "a", "-x"}).out) ==
        std::vector<std::string>{"a", "x"});
  CHECK(t.weir({"--file", "m.toml", "--", "--check"}).exit_code() == 2);
  refused(t, {"--file", "m.toml", "a", "-x"}, "-x comes after a job name");
}

TEST_CASE("a manifest that cannot be read is bad usage") {
  test_space t;
  t.shell(
      "chmod 755 .; mkdir d.toml d.jsonl; echo version = 1 > no.toml; echo '{}' > no.jsonl; "
      "chmod 0 no.*");
  for (const char* const more : {"", "--check ", "--dry-run "})
    for (const std::string ending : {".toml", ".jsonl"})
      for (const auto& [name, why] :
           {std::pair("d", "Is a directory"), std::pair("no", "Permission denied"),
            std::pair("none", "No such file or directory")}) {
        const auto run = t.shell(user_weir() + more + "--file " + name + ending + "; echo $?");
        CHECK(run.out == "2\n");
        CHECK(run.err == "weir: " + (name + ending) + ": cannot be read: " + why + "\n");
      }
  CHECK(t.shell("$WEIR --file - --format toml < .; echo $?").err ==
        "weir: stdin: cannot be read: Is a directory\n");
}

TEST_CASE("a directory for jobs that may not be entered is told before anything starts") {
  test_space t;
  t.shell("chmod 755 .; mkdir priv; chmod 600 priv; : > file");
  t.write("m.toml", "version = 1\n[run]\ndir = \"priv\"\n[[job]]\nrun = \"true\"\n");
  t.write("file.toml", "version = 1\n[run]\ndir = \"file\"\n[[job]]\nrun = \"true\"\n");
  t.shell("chmod 644 *.toml");
  const auto told = [&](const std::string& words) {
    const auto run = t.shell(user_weir() + words + "; echo $?");
    CHECK(run.out == "2\n");
    return run.err;
  };
  CHECK(told("--wd priv true ::: 1") == "weir: --wd: priv: Permission denied\n");
  const std::string dir =
      "weir: m.toml:3:7: dir: priv: Permission denied\n    3 | dir = \"priv\"\n";
  CHECK(told("--file m.toml") == dir + "      |       ^\n");
  CHECK_THAT(told("--file file.toml"),
             Catch::StartsWith("weir: file.toml:3:7: dir: file: is not a dir"));
}

TEST_CASE("a shell of a manifest that is not there is told with its place") {
  test_space t;
  for (const char* const shell : {"nosuchshell", "nosuchshell -e"}) {
    t.write("m.toml", std::string("version = 1\n[run]\nshell = \"") + shell +
                          "\"\n[[job]]\nrun = \"touch ran\"\n");
    t.write("m.jsonl", std::string(R"({"version":1,"run":{"shell":")") + shell + "\"}}\n" +
                           R"({"run":"touch ran"})" + "\n");
    for (const char* const more : {"", "--check ", "--dry-run "}) {
      const auto run = t.shell(std::string("$WEIR ") + more + "--file m.toml; echo $?");
      CHECK(run.out == "2\n");
      CHECK_THAT(run.err,
                 Catch::StartsWith("weir: m.toml:3:9: shell: \"nosuchshell\" not found: expected "
                                   "a shell\n    3 | shell = \"nosuchshell"));
      CHECK_THAT(t.shell(std::string("$WEIR ") + more + "--file m.jsonl").err,
                 Catch::StartsWith(
                     "weir: m.jsonl:1:29: shell: \"nosuchshell\" not found: expected a shell"));
    }
  }
  CHECK_FALSE(t.exists("ran"));
}

TEST_CASE("a manifest may have its jobs read one by one, as the command line may") {
  test_space t;
  t.write("m.toml",
          "version = 1\n[run]\npending-limit = 0\n[[job]]\nname = \"a\"\nneeds = [\"b\"]\n"
          "run = \"echo a\"\n[[job]]\nname = \"b\"\nrun = \"echo b\"\n");
  CHECK(t.weir({"--file", "m.toml"}).out == "b\na\n");
}

TEST_CASE("the schema is printed by itself") {
  test_space t;
  refused(t, {"--schema", "--check"}, "--schema: expected no other option with it");
  refused(t, {"-j4", "--schema"}, "--schema: expected no other option with it");
}
