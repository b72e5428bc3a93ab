// The schema for editors and the reader must know the same keys.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "input/manifest/head_reader.hpp"
#include "input/manifest/job_reader.hpp"
#include "input/manifest/json_tree.hpp"
#include "input/manifest/process_reader.hpp"
#include "input/manifest/reading.hpp"
#include "input/manifest/setting_table.hpp"
#include "input/manifest/stdin_reader.hpp"
#include "support/catch.hpp"

using namespace weir;

namespace {

using key_names = std::vector<std::string>;

// The node at a path of keys in the schema.
const doc::node& at(const doc::node& from, std::initializer_list<std::string_view> path) {
  const doc::node* here = &from;
  for (const std::string_view key : path) {
    here = doc::find(*here->as<doc::node::table>(), key);
    INFO(key);
    REQUIRE(here);
  }
  return *here;
}

key_names keys(const doc::node& schema, std::initializer_list<std::string_view> path) {
  key_names all;
  for (const doc::member& m : *at(at(schema, path), {"properties"}).as<doc::node::table>())
    all.push_back(m.key);
  std::ranges::sort(all);
  return all;
}

key_names sorted(std::vector<std::string_view> known) {
  std::ranges::sort(known);
  return {known.begin(), known.end()};
}

doc::node schema() {
  doc::fault_list faults;
  // One value may span lines here: the walk of places takes them as one.
  auto tree = doc::parse_json(manifest_schema(), 1, faults);
  REQUIRE(tree);
  return *tree;
}

const doc::node& second(const doc::node& array) {
  return array.as<doc::node::array>()->at(1);
}

}  // namespace

TEST_CASE("the schema and the reader know the same keys") {
  const doc::node s = schema();
  const auto job = {std::string_view("definitions"), std::string_view("job")};
  CHECK(keys(s, {}) == sorted(doc::document_keys()));
  CHECK(keys(s, {"properties", "run"}) == sorted(doc::run_keys()));
  CHECK(keys(s, {"properties", "pool", "additionalProperties"}) == sorted(doc::pool_keys()));
  CHECK(keys(s, job) == sorted(doc::job_keys()));
  const doc::node& properties = at(at(s, job), {"properties"});
  CHECK(keys(properties, {"cgroup"}) == sorted(doc::cgroup_keys()));
  CHECK(keys(properties, {"stdin"}) == sorted(doc::stdin_keys()));
  CHECK(keys(second(at(properties, {"retry", "anyOf"})), {}) == sorted(doc::retry_keys()));
  CHECK(keys(second(at(properties, {"needs", "items", "anyOf"})), {}) == sorted(doc::need_keys()));
}

TEST_CASE("weir-manifest(5) lists the keys of a job that the reader knows") {
  std::ifstream page(WEIR_MANIFEST_PAGE);
  key_names listed;
  bool here = false;
  int depth = 0;  // of lists: retry has one of its own
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with(".Sh ")) here = line == ".Sh KEYS OF A JOB";
    if (line.starts_with(".Bl ")) ++depth;
    if (line.starts_with(".El")) --depth;
    if (here && depth == 1 && line.starts_with(".It Ic ")) listed.push_back(line.substr(7));
  }
  std::ranges::sort(listed);
  CHECK(listed == sorted(doc::job_keys()));
}

TEST_CASE("the schema refuses keys that it does not know, as the reader does") {
  const doc::node s = schema();
  const bool* more = at(s, {"definitions", "job", "additionalProperties"}).as<bool>();
  REQUIRE(more);
  CHECK_FALSE(*more);
}

TEST_CASE("every example is a valid manifest") {
  int examples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(WEIR_EXAMPLES)) {
    const auto path = entry.path();
    if (path.extension() != ".toml" && path.extension() != ".jsonl") continue;
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    INFO(path);
    const auto read = [&] {
      return path.extension() == ".toml" ? read_toml_manifest(text, path.string())
                                         : read_jsonl_manifest(text, path.string());
    };
    CHECK(message_of([&] { CHECK_FALSE(read().jobs.empty()); }) == "");
    ++examples;
  }
  CHECK(examples >= 5);
}
