// Broken JSON is told with its place, what is there and what belongs there.
#include "input/manifest/fault.hpp"

#include "input/manifest/reading.hpp"
#include "support/catch.hpp"

using namespace weir;
using Catch::Contains;

TEST_CASE("broken JSON is told where it breaks") {
  const auto error = [](std::string_view text) {
    return message_of([&] { read_jsonl_manifest(text, "jobs.jsonl"); });
  };
  CHECK(error("{\"argv\": [tru]}").find("jobs.jsonl:1:11: not JSON: syntax error, found \"t\"") ==
        0);
  CHECK_THAT(error("{\"argv\": ["), Contains("the line ends inside a JSON value"));
  CHECK(error("{} {}").find("jobs.jsonl:1:4: more text after the JSON value") == 0);
  CHECK_THAT(error("[1]"), Contains("line: found an array, expected a JSON object"));
}

TEST_CASE("broken JSON is told with what belongs there") {
  const auto expected = [](std::string_view text) {
    const std::string error = message_of([&] { read_jsonl_manifest(text, "jobs.jsonl"); });
    const auto at = error.find(", expected ");
    if (at == std::string::npos) return error;
    return error.substr(at + 11, error.find('\n') - at - 11);
  };
  const std::string value =
      "a value: text in double quotes, a number, true, false, an array or an object";
  CHECK(expected("argv: x") == R"(an object, such as {"argv": ["true"]})");
  CHECK(expected("{argv: 1}") == R"(a key in double quotes, or "}")");
  CHECK(expected(R"({"argv" 1})") == R"(":")");
  CHECK(expected(R"({"argv": })") == value);
  CHECK(expected(R"({"argv": ["a" "b"]})") == R"("," or "]")");
  CHECK(expected(R"({"argv": ["a"] "x": 1})") == R"("," or "}")");
  CHECK(expected(R"({"name": "a" "x": 1})") == R"("," or "}")");
  CHECK(expected(R"({"argv": ["a",]})") == value);
  CHECK(expected(R"({"argv": ["a"],})") == "a key in double quotes");
  CHECK(expected(R"({"argv": [)") == R"(a value, or "]")");
  CHECK(expected(R"({"argv": ["a)").find("text up to a \"") == 0);
  CHECK(expected(R"({"argv": ["a\q"]})").find("text up to a \"") == 0);
}
