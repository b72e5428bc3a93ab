#include "input/manifest/select.hpp"

#include "input/manifest/reading.hpp"
#include "support/catch.hpp"

using namespace weir;

namespace {

manifest pipeline() {
  return toml(R"_(
[[job]]
name = "gen"
argv = ["gen"]
[[job]]
name = "build"
argv = ["build"]
matrix = { v = [1, 2] }
needs = ["gen"]
[[job]]
name = "test"
argv = ["test"]
needs = ["build (1)"]
[[job]]
name = "clean"
argv = ["clean"]
needs = [{ job = "test", on = "failure" }]
)_");
}

std::string names_of(const manifest& m) {
  std::string all;
  for (const manifest_job& job : m.jobs) all += job.spec.name + ";";
  return all;
}

}  // namespace

TEST_CASE("named jobs run with all that they need, numbered anew") {
  const manifest m = select(pipeline(), {.names = {"test"}});
  CHECK(names_of(m) == "gen;build (1);test;");
  CHECK(m.jobs.at(2).spec.seq == 3);
  CHECK(m.jobs.at(2).spec.needs == std::vector<need>{{2}});
}

TEST_CASE("the name of a matrix selects all its jobs") {
  CHECK(names_of(select(pipeline(), {.names = {"build"}})) == "gen;build (1);build (2);");
}

TEST_CASE("only runs just what matches, and needs of the others count as met") {
  const manifest m = select(pipeline(), {.only = {"build*", "test"}});
  CHECK(names_of(m) == "build (1);build (2);test;");
  CHECK(m.jobs.at(0).spec.needs.empty());
  CHECK(m.jobs.at(2).spec.needs == std::vector<need>{{1}});
}

TEST_CASE("except leaves out what matches, and what runs on the failure of it") {
  CHECK(names_of(select(pipeline(), {.except = {"test"}})) == "gen;build (1);build (2);");
}

TEST_CASE("a name that no job has is told with a near one") {
  CHECK(message_of([] { select(pipeline(), {.names = {"tset"}}); }) ==
        "\"tset\": the manifest has no such job, did you mean \"test\"?");
}

TEST_CASE("each pattern that matches no job is told with a near name") {
  const auto refusal = [](selection wanted) {
    wanted.file = "release.toml";
    return message_of([&] { select(pipeline(), wanted); });
  };
  CHECK(refusal({.only = {"test", "cleen"}}) ==
        "--only: \"cleen\" matches no job of release.toml; did you mean clean?");
  CHECK(refusal({.except = {"buidl*", "test"}}).starts_with("--except: \"buidl*\" matches no job"));
  CHECK(refusal({.except = {"["}}) == "--except: \"[\" matches no job of release.toml");
  CHECK(names_of(select(pipeline(), {.names = {"gen"}, .except = {"clean"}})) == "gen;");
}

TEST_CASE("patterns match as in a shell") {
  CHECK(matches_pattern("*", ""));
  CHECK(matches_pattern("a*c*e", "abcde"));
  CHECK_FALSE(matches_pattern("a*c", "abcd"));
  CHECK(matches_pattern("?b", "ab"));
  CHECK_FALSE(matches_pattern("?", ""));
  CHECK(matches_pattern("[a-c]x[!0-9]", "bxz"));
  CHECK_FALSE(matches_pattern("[!a]", "a"));
  CHECK(matches_pattern("[]]", "]"));
  CHECK(matches_pattern("[a-]", "-"));
  CHECK(matches_pattern("[", "["));
  CHECK(matches_pattern("\\*", "*"));
  CHECK_FALSE(matches_pattern("\\*", "a"));
  CHECK(matches_pattern("a/*", "a/b/c"));
}

TEST_CASE("a pattern of many stars takes no exponential time") {
  std::string stars;
  for (int i = 0; i < 50; ++i) stars += "a*";
  CHECK_FALSE(matches_pattern(stars + "b", std::string(20'000, 'a')));
}

TEST_CASE("a job that only names in full runs alone, also if it runs on a failure") {
  CHECK(names_of(select(pipeline(), {.only = {"clean"}})) == "clean;");
  CHECK(names_of(select(pipeline(), {.only = {"clea*"}})).empty());
  CHECK(select(pipeline(), {.only = {"clean"}}).jobs[0].spec.needs.empty());
}

TEST_CASE("a pattern can be literally any name") {
  for (const char* name : {"a*b", "[x]", "back\\slash", "what?", "plain (1, 2)"}) {
    CHECK(matches_pattern(literal_pattern(name), name));
    CHECK(is_literal(literal_pattern(name), name));
  }
  CHECK_FALSE(matches_pattern(literal_pattern("a*b"), "aXb"));
  CHECK_FALSE(is_literal("a*", "a*"));
}
