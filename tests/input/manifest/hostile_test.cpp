#include "input/manifest/fault.hpp"
#include "input/manifest/json_tree.hpp"
#include "input/manifest/reading.hpp"
#include "input/manifest/toml_guard.hpp"
#include "input/manifest/toml_tree.hpp"
#include "support/catch.hpp"

using namespace weir;

namespace {

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("a TOML key of a million parts is refused before it is parsed") {
  const std::string deep = "a" + repeated(".a", 1'000'000) + " = 1\n";
  CHECK(toml_error(deep).find("jobs.toml:2:130: nested deeper than 64 levels") == 0);
  CHECK(toml_error("[" + repeated("a.", 1'000'000) + "a]\n").find("nested deeper") !=
        std::string::npos);
  CHECK(toml_error("x = { s = \"\"\"quote\"\"\"\", " + repeated("\"a\" . ", 100) + "a = 1 }\n")
            .find("nested deeper") != std::string::npos);
}

TEST_CASE("dots in strings and comments are no depth") {
  const std::string dots(500, '.');
  for (const std::string& text :
       {"s = \"" + dots + "\"", "s = '" + dots + "'", "s = '''\n" + dots + "'''''", "# " + dots,
        "s = \"\"\"\\\"\"\"" + dots + "\"\"\"", repeated("a.b.c = 1\n", 100)})
    CHECK_FALSE(doc::find_toml_trap(text, 64));
}

TEST_CASE("a table header without a key is told, not asserted by the parser") {
  for (const char* header : {"[=", "[[=", "[[\n", "[[[1]]]", "[ \t&", "  [[ {"})
    CHECK(toml_error(header).find("jobs.toml:2:") == 0);
  CHECK(toml_error("[[[a]]]").find("a table header without a key") != std::string::npos);
  CHECK_FALSE(doc::find_toml_trap("a = [\n  [[[1]]],\n  {}\n]\n[ \"b\" ]\n[['c']]\n", 64));
}

TEST_CASE("every character behind a key is told or read, none is undefined") {
  for (const char* character : {"\u00E9", "\uFE0F", "\uFE7F", "\uFEFF", "\u3000", "\U0001F600"})
    CHECK(toml_error(std::string(character) + " = 1\n").find("jobs.toml:2:") == 0);
}

TEST_CASE("a text that breaks the parser's assertions is told with its place") {
  CHECK(toml_error("a = [0,}\n").find("jobs.toml:2:8: not TOML\n    2 | a = [0,}\n") == 0);
}

TEST_CASE("brackets nested too deep are refused in both formats") {
  const std::string brackets = repeated("[", 100'000);
  CHECK(toml_error("a = " + brackets).find("not TOML") != std::string::npos);
  CHECK(message_of([&] {
          read_jsonl_manifest("{\"a\":" + brackets, "x");
        }).find("nested deeper than 64 levels") != std::string::npos);
}

TEST_CASE("a TOML file above 64 MiB is refused unread") {
  const std::string large(doc::largest_toml + 1, '\n');
  CHECK(message_of([&] { read_toml_manifest(large, "x"); }).find("expected at most 64 MiB") !=
        std::string::npos);
}

TEST_CASE("two matrices that need each other's every job are refused in time") {
  std::string values = "[0";
  for (int i = 1; i < 20'000; ++i) values += "," + std::to_string(i);
  const std::string error =
      toml_error("[[job]]\nname = \"a\"\nargv = [\"a\"]\nmatrix.v = " + values +
                 "]\n[[job]]\nname = \"b\"\nargv = [\"b\"]\nneeds = [\"a\"]\n"
                 "matrix.v = " +
                 values + "]\n");
  CHECK(error.find("needs: more than 10000000 in total") != std::string::npos);
}

TEST_CASE("texts that a matrix would multiply to gigabytes are refused") {
  const std::string megabyte(1u << 20, 'x');
  std::string values = "[0";
  for (int i = 1; i < 2000; ++i) values += "," + std::to_string(i);
  const std::string error =
      toml_error("[[job]]\nargv = [\"{v}" + megabyte + "\"]\nmatrix.v = " + values + "]\n");
  CHECK(error.find("jobs.toml:2:1: too many jobs, expected at most 1000000 and 1 GiB") == 0);
}

TEST_CASE("bytes that are not UTF-8 are told with their place") {
  CHECK(toml_error("name = \"\xff\"").find("jobs.toml:2:") == 0);
  CHECK(message_of([] {
          read_jsonl_manifest("{\"name\":\"\xff\"}", "x");
        }).find("x:1:10: not JSON") == 0);
}

// What took a time that grew with the square of the text is given so much of it here that it would
// not end before the time limit of all tests.
TEST_CASE("variables of one environment may be a hundred thousand") {
  std::string run;
  std::string job;
  for (int i = 0; i < 100'000; ++i) {
    run += "V" + std::to_string(i) + " = \"x\"\n";
    job += "V" + std::to_string(i + 1) + " = \"{v}\"\n";
  }
  const manifest m =
      toml("[run.env]\n" + run + "[[job]]\nargv = [\"true\"]\nmatrix = { v = [1, 2] }\n" +
           "[job.env]\n" + job);
  REQUIRE(m.jobs.size() == 2);
  const auto& env = m.jobs[1].spec.settings->env;
  REQUIRE(env.size() == 100'001);
  CHECK(env.front() == std::pair<std::string, std::optional<std::string>>("V0", "x"));
  CHECK(env.back() == std::pair<std::string, std::optional<std::string>>("V100000", "2"));
}

TEST_CASE("jobs that multiply a large environment are refused before they fill the memory") {
  std::string env;
  for (int i = 0; i < 20'000; ++i) env += "V" + std::to_string(i) + " = \"{v}\"\n";
  std::string values;
  for (int i = 0; i < 50'000; ++i) values += std::to_string(i) + ",";
  CHECK(
      toml_error("[[job]]\nargv = [\"true\"]\nmatrix = { v = [" + values + "] }\n[job.env]\n" + env)
          .find("too many jobs, expected at most 1000000 and 1 GiB") != std::string::npos);
}

TEST_CASE("pools are bounded, and so are those of one job") {
  std::string pools;
  std::string uses;
  for (int i = 0; i < 4096; ++i) {
    pools += "[pool.p" + std::to_string(i) + "]\ncapacity = 1\n";
    if (i < 101) uses += (i > 0 ? ", p" : "p") + std::to_string(i) + " = 1";
  }
  CHECK(toml(pools + "[[job]]\nargv = [\"true\"]\npool = { p4095 = 1 }\n").jobs.size() == 1);
  CHECK(toml_error(pools + "[pool.more]\ncapacity = 1\n")
            .find("pool: 4097 pools, expected at most 4096") != std::string::npos);
  CHECK(toml_error(pools + "[[job]]\nargv = [\"true\"]\npool = {" + uses + "}\n")
            .find("pool: the job uses 101 pools, expected at most 100") != std::string::npos);
}

TEST_CASE("a line may need a hundred thousand jobs that are still to come") {
  std::string needs = R"({"argv":["true"],"needs":["j0")";
  std::string jobs;
  for (int i = 0; i < 99'999; ++i) {
    const std::string name = "\"j" + std::to_string(i) + "\"";
    if (i > 0) needs += "," + name;
    jobs += R"({"argv":["true"],"name":)" + name + "}\n";
  }
  const manifest m = read_jsonl_manifest(needs + "]}\n" + jobs, "x");
  REQUIRE(m.jobs.size() == 100'000);
  CHECK(m.jobs.back().spec.needs.size() == 99'999);
}

TEST_CASE("names of any length and cycles of any length are told in a few lines") {
  const std::string huge(3'000'000, 'n');
  const std::string unknown = toml_error("[[job]]\nargv = [\"a\"]\nneeds = [\"" + huge + "\"]\n");
  CHECK(unknown.find("needs: there is no job \"nnnn") != std::string::npos);
  CHECK(unknown.size() < 2000);
  std::string circle;
  for (int i = 0; i < 1000; ++i)
    circle += "[[job]]\nargv = [\"a\"]\nname = \"j" + std::to_string(i) + "\"\nneeds = [\"j" +
              std::to_string((i + 1) % 1000) + "\"]\n";
  const std::string error = toml_error(circle);
  CHECK(error.find("j18 -> j19 -> 980 more -> j0") != std::string::npos);
}

TEST_CASE("a line of JSON may be as long as it is told it may, and no longer") {
  const std::string line = R"({"argv":["true"]})";
  CHECK(read_jsonl_manifest("\n" + line + "\n", "x", line.size()).jobs.size() == 1);
  CHECK(message_of([&] { read_jsonl_manifest("\n" + line + "\n", "x", line.size() - 1); }) ==
        "x:2: line longer than 16 bytes");
}
