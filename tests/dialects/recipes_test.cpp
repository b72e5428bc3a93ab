// The recipes of docs/from-*.md: the other tool's line and weir's, side by side; of tools that are
// in no distribution, weir's line and what is to come of it.
#include <fstream>
#include <iterator>
#include <utility>

#include "gnu_parallel.hpp"
#include "support/catch.hpp"
#include "support/is_here.hpp"
#include "support/test_space.hpp"

#include "dialects/xargs.hpp"

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

constexpr const char* in_work =
    "mkdir bin work; ln -s $WEIR bin/weir; PATH=$PWD/bin:$PATH; HOME=$PWD; XDG_RUNTIME_DIR=$PWD; "
    "export HOME XDG_RUNTIME_DIR; cd work; ";

effect of(const std::string& script) {
  test_space t;
  t.write("script", script);
  const auto run = t.shell(
      in_work + std::string(" printf one > one.txt; "
                            "printf 'two words' > 'two words.txt'; printf 'x y\\nz\\n' > list.txt; "
                            "timeout 40 sh ../script"));
  return {run.out, run.exit_code() == 0, t.shell("cd work; ls; cat -- *").out};
}

/// A line of another tool, weir's, and what that prints: between ```example and ```.
struct example {
  std::string ours, printed;
};

std::vector<example> examples(const std::string& page) {
  std::vector<example> all;
  std::ifstream file(std::string(WEIR_DOCS) + "/" + page);
  for (std::string line; std::getline(file, line);) {
    if (line != "```example") continue;
    example& e = all.emplace_back();
    std::getline(file, line);
    std::getline(file, e.ours);
    while (std::getline(file, line) && line != "```") e.printed += line + '\n';
  }
  return all;
}

}  // namespace

TEST_CASE("each example for those who come from other tools prints what the page says") {
  test_space t;
  if (!is_here(t, "bash")) return;
  const auto all = examples("from-others.md");
  REQUIRE(all.size() >= 30);
  for (const auto& [ours, printed] : all) {
    INFO(ours);
    test_space space;
    space.write("script", "printf '1\\n2\\n' > data1.txt; printf 'a\\nb\\n' > data2.txt; " + ours);
    CHECK(space.shell(in_work + std::string("exec bash ../script")).out == printed);
  }
}

TEST_CASE("the page for those who come from xargs says of each option what to type") {
  std::ifstream file(std::string(WEIR_DOCS) + "/from-xargs.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  for (const auto& option : weir::xargs_options()) {
    const std::string_view name = option.names.substr(option.names.rfind(' ') + 1);
    if (name == "--help" || name == "--version") continue;
    INFO(name);
    CHECK((page.find('`' + std::string(name)) != std::string::npos));
  }
}

TEST_CASE("each recipe for those who come from xargs does the same") {
  const auto all = recipes("from-xargs.md");
  REQUIRE(all.size() >= 20);
  for (const auto& [theirs, ours] : all) {
    INFO(theirs << "\n" << ours);
    CHECK(of(theirs) == of(ours));
  }
}

TEST_CASE("each recipe for those who come from GNU parallel does the same") {
  const auto all = recipes("from-parallel.md");
  REQUIRE(all.size() >= 7);
  for (const auto& [theirs, ours] : all) {
    INFO(theirs << "\n" << ours);
    const auto done = [](const effect& e) {
      return finished{e.succeeded ? 0 : 1 << 8, e.out + e.files, {}};
    };
    check_beside_gnu(theirs, done(of(ours)), [&] { return done(of(with_gnu_home() + theirs)); });
  }
}
