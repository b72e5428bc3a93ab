// The recipes of docs/from-*.md: the other tool's line and weir's, side by side.
#include <fstream>
#include <utility>

#include "support/catch.hpp"
#include "support/test_space.hpp"

using namespace test;

namespace {

/// Two lines each, between ```recipe and ```.
std::vector<std::pair<std::string, std::string>> recipes(const std::string& page) {
  std::vector<std::pair<std::string, std::string>> all;
  std::ifstream file(std::string(WEIR_DOCS) + "/" + page);
  for (std::string line; std::getline(file, line);) {
    if (line != "```recipe") continue;
    auto& [theirs, ours] = all.emplace_back();
    std::getline(file, theirs);
    std::getline(file, ours);
    std::getline(file, line);
    CHECK(line == "```");
  }
  return all;
}

struct effect {
  std::string out;
  bool succeeded;
  std::string files;
  bool operator==(const effect&) const = default;
};

std::ostream& operator<<(std::ostream& out, const effect& e) {
  return out << e.out << (e.succeeded ? "succeeded" : "failed") << '\n' << e.files;
}

effect of(const std::string& script) {
  test_space t;
  const auto run = t.shell(
      "mkdir bin work; ln -s $WEIR bin/weir; PATH=$PWD/bin:$PATH; XDG_RUNTIME_DIR=$PWD; export "
      "XDG_RUNTIME_DIR; cd work; printf one > one.txt; "
      "printf 'two words' > 'two words.txt'; printf 'x y\\nz\\n' > list.txt; " +
      script);
  return {run.out, run.exit_code() == 0, t.shell("cd work; ls; cat -- *").out};
}

}  // namespace

TEST_CASE("each recipe for those who come from xargs does the same") {
  const auto all = recipes("from-xargs.md");
  REQUIRE(all.size() >= 9);
  for (const auto& [theirs, ours] : all) {
    INFO(theirs << "\n" << ours);
    CHECK(of(theirs) == of(ours));
  }
}

TEST_CASE("each recipe for those who come from GNU parallel does the same") {
  test_space t;
  if (t.shell("parallel --version 2>/dev/null < /dev/null").out.find("GNU parallel") != 0) return;
  const auto all = recipes("from-parallel.md");
  REQUIRE(all.size() >= 7);
  for (const auto& [theirs, ours] : all) {
    INFO(theirs << "\n" << ours);
    CHECK(of("export PARALLEL=--will-cite; " + theirs) == of(ours));
  }
}
