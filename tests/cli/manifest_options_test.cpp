// Options of the command line beside --file: what they change of a manifest, and what they cannot.
#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;

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
