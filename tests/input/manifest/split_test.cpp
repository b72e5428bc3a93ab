// stdin = { split = FILE }: a job for each block of a file.
#include "support/catch.hpp"

#include "input/manifest/plan.hpp"
#include "reading.hpp"

using namespace weir;
using Catch::Contains;

namespace {

/// As of a file with so many bytes in each block, whose name is told.
block_finder blocks_of(std::size_t count, std::vector<block_rules>* asked = nullptr) {
  return [=](const std::string& path, const block_rules& rules, std::size_t) {
    if (asked != nullptr) asked->push_back(rules);
    std::vector<block_input> blocks;
    for (std::size_t i = 0; i < count; ++i)
      blocks.push_back({"h\n", '/' + path, 10 * i, 10 * i + 10});
    return blocks;
  };
}

manifest read(std::string_view text, const block_finder& blocks) {
  return read_toml_manifest("version = 1\n" + std::string(text), "jobs.toml", toml_piece, {blocks});
}

std::vector<std::string> job_names(const manifest& m) {
  std::vector<std::string> all;
  for (const manifest_job& job : m.jobs) all.push_back(job.spec.name);
  return all;
}

constexpr std::string_view counting = R"(
[[job]]
name = "count"
argv = ["wc", "-l"]
stdin = { split = "big.csv", block = "10M", header = 1 }
)";

}  // namespace

TEST_CASE("a job that splits a file is one for each block") {
  std::vector<block_rules> asked;
  const manifest m = read(counting, blocks_of(3, &asked));
  CHECK(job_names(m) == std::vector<std::string>{"count (1)", "count (2)", "count (3)"});
  CHECK(m.jobs[1].spec.settings->input == job_input{block_input{"h\n", "/big.csv", 10, 20}});
  CHECK(m.jobs[1].spec.argv == argument_list{"wc", "-l"});
  CHECK(asked.at(0) == block_rules{.block = 10 << 20, .header_lines = 1});
}

TEST_CASE("a need of a job that splits a file is one of all its blocks") {
  const manifest m = read(std::string(counting) + R"(
[[job]]
name = "sum"
run = "cat out.*"
needs = ["count"]
)",
                          blocks_of(3));
  CHECK(m.jobs.at(3).spec.needs.size() == 3);
}

TEST_CASE("the number of a block goes with the values of a matrix") {
  const manifest m = read(R"(
[[job]]
name = "{city}-{block}"
run = "sort > {city}.{block}"
dir = "data"
stdin = { split = "{city}.csv", header = "#.*\n" }
matrix = { city = ["ulm", "bonn"] }
)",
                          blocks_of(2));
  CHECK(job_names(m) == std::vector<std::string>{"ulm-1", "ulm-2", "bonn-1", "bonn-2"});
  CHECK(std::get<block_input>(m.jobs[3].spec.settings->input).file == "/data/bonn.csv");
}

TEST_CASE("combinations that only include has are split, too") {
  const manifest m = read(R"(
[[job]]
name = "{city}-{block}"
argv = ["sort"]
stdin.split = "{city}.csv"
matrix = { include = [{ city = "ulm" }, { city = "bonn" }] }
)",
                          blocks_of(1));
  CHECK(job_names(m) == std::vector<std::string>{"ulm-1", "bonn-1"});
}

TEST_CASE("JSON Lines split files, too") {
  const manifest m =
      read_jsonl_manifest(R"({"name":"a","argv":["wc"],"stdin":{"split":"f","block":9}})",
                          "jobs.jsonl", longest_job_line, {blocks_of(2)});
  CHECK(job_names(m) == std::vector<std::string>{"a (1)", "a (2)"});
}

TEST_CASE("the plan tells which bytes a job reads") {
  CHECK_THAT(describe_plan(read(counting, blocks_of(2))),
             Contains("reads 10 bytes at 10 of /big.csv"));
}

TEST_CASE("what is wrong with splitting is told with its place") {
  const auto refusal = [](const std::string& input, const block_finder& blocks = blocks_of(1)) {
    return message_of([&] { read("[[job]]\nargv = [\"wc\"]\n" + input, blocks); });
  };
  const auto fails = [](const std::string&, const block_rules&,
                        std::size_t) -> std::vector<block_input> {
    throw usage_error("f: cannot be read: No such file or directory");
  };
  CHECK_THAT(refusal("stdin = { split = \"f\" }", fails),
             Contains("jobs.toml:4:19: stdin.split: f: cannot be read"));
  CHECK_THAT(refusal("stdin = { split = \"f\", file = \"g\" }"), Contains("both file and split"));
  CHECK_THAT(refusal("stdin = { split = \"f\", text = \"g\" }"), Contains("both text and split"));
  CHECK_THAT(refusal("stdin = { file = \"f\", block = \"1M\" }"),
             Contains("stdin.block: needs split"));
  CHECK_THAT(refusal("stdin = { header = 1 }"), Contains("stdin.header: needs split"));
  CHECK_THAT(refusal("stdin = { split = \"f\", block = 0 }"), Contains("stdin.block: found"));
  CHECK_THAT(refusal("stdin = { split = \"f\", block = \"10Q\" }"), Contains("stdin.block"));
  CHECK_THAT(refusal("stdin = { split = \"f\", header = 0 }"), Contains("stdin.header: found"));
  CHECK_THAT(refusal("stdin = { split = \"f\", header = true }"), Contains("stdin.header: found"));
  CHECK_THAT(refusal("stdin = { split = \"f\" }\nmatrix = { block = [1] }"),
             Contains("\"block\" is the number of a block"));
  CHECK_THAT(refusal("stdin = { split = \"f\" }", {}), Contains("cannot be read here"));
}
