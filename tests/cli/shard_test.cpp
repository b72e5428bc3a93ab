// --shard I/N at the command line: the parts of a run are the whole of it, once.
#include <algorithm>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;
using strings = std::vector<std::string>;

TEST_CASE("the parts of a run make up the whole, each job with its number in it") {
  test_space t;
  std::string items;
  for (int i = 1; i <= 40; ++i) items += std::to_string(i * 7) + "\n";
  const strings whole = lines(t.weir({"-k", "echo", "{#}", "{}"}, items).out);
  strings all;
  for (const char* part : {"1/3", "2/3", "3/3"}) {
    const finished run = t.weir({"-k", "--shard", part, "echo", "{#}", "{}"}, items);
    CHECK(run.exit_code() == 0);
    const strings some = lines(run.out);
    CHECK(!some.empty());
    for (const std::string& line : some) CHECK(std::ranges::count(whole, line) == 1);
    all.insert(all.end(), some.begin(), some.end());
  }
  std::ranges::sort(all);
  CHECK(all == sorted_lines(t.weir({"-k", "echo", "{#}", "{}"}, items).out));
}

TEST_CASE("an item that a command has twice is in either part") {
  test_space t;
  std::string items;
  for (int i = 1; i <= 64; ++i) items += "t" + std::to_string(i) + "\n";
  const auto part = lines(t.weir({"--dry-run", "--shard", "1/2", "cp", "{}", "{}.bak"}, items).out);
  CHECK(part.size() > 12);
  CHECK(part.size() < 52);
}

TEST_CASE("a part of a run is resumed as that part") {
  test_space t;
  const strings items{":::", "1", "2", "3", "4", "5", "6", "7", "8"};
  strings run{"-k", "--shard", "1/2", "--journal", t.path("log"), "echo"};
  run.insert(run.end(), items.begin(), items.end());
  const std::string first = t.weir(run).out;
  CHECK(!first.empty());
  run[3] = "--resume";
  CHECK(t.weir(run).out.empty());
  run[2] = "2/2";
  const finished other = t.weir(run);
  CHECK(other.exit_code() == 0);
  CHECK(lines(first).size() + lines(other.out).size() == 8);
}

TEST_CASE("a manifest is shared out with the jobs that need each other") {
  test_space t;
  std::string manifest =
      "version = 1\n[[job]]\nname = \"make-{n}\"\nmatrix = { n = [1, 2, 3, 4, 5, 6] }\n"
      "argv = [\"echo\", \"make {n}\"]\n[[job]]\nname = \"use-{n}\"\nmatrix = { n = [1, 2, 3, 4, "
      "5, 6] }\n"
      "needs = [\"make-{n}\"]\nargv = [\"echo\", \"use {n}\"]\n";
  t.write("jobs.toml", manifest);
  strings all;
  for (const char* part : {"1/2", "2/2"}) {
    const strings some = lines(t.weir({"--file", "jobs.toml", "--shard", part}).out);
    CHECK(std::ranges::count_if(some, [](const std::string& s) { return s.starts_with("make"); }) ==
          std::ranges::count_if(some, [](const std::string& s) { return s.starts_with("use"); }));
    all.insert(all.end(), some.begin(), some.end());
  }
  CHECK(all.size() == 12);
}

TEST_CASE("a part that is none is refused") {
  test_space t;
  const finished run = t.weir({"--shard", "5/4", "echo", ":::", "a"});
  CHECK(run.exit_code() == 2);
  CHECK(run.err ==
        "weir: --shard: \"5/4\": expected I/N, part I of N: 1/4 to 4/4, N up to 100000\n");
  CHECK(run.out.empty());
}

TEST_CASE("a part without any job is told") {
  test_space t;
  const auto told = [&](strings words, const std::string& input = "") {
    std::string all;
    for (const char* part : {"1/2", "2/2"}) {
      strings run{"--shard", part};
      run.insert(run.end(), words.begin(), words.end());
      const finished end = t.weir(run, input);
      CHECK(end.exit_code() == 0);
      all += end.err;
    }
    return all;
  };
  CHECK_THAT(told({"true"}, "x\n"), Catch::Contains("/2: 0 of 1 job\n"));
  t.write("m.toml", "version = 1\n[[job]]\nname = \"a\"\nargv = [\"true\"]\n");
  CHECK_THAT(told({"--file", "m.toml"}), Catch::Contains("/2: 0 of 1 job\n"));
  CHECK_THAT(told({"--dry-run", "true"}, "x\n"), Catch::Contains("/2: 0 of 1 job\n"));
  CHECK(told({"-q", "true"}, "x\n").empty());
  CHECK(told({"true"}).empty());
}
