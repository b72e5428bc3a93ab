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
  CHECK(error.find("needs: more than 10000000 between all jobs") != std::string::npos);
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
