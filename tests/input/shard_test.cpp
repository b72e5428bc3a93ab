// --shard: every job in one part, the same one every time.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <support/catch.hpp>

#include "input/manifest/manifest.hpp"
#include "input/shard.hpp"

using namespace weir;

namespace {

using std::chrono::seconds;

std::vector<std::string> titles(const manifest& m) {
  std::vector<std::string> all;
  for (const manifest_job& job : m.jobs) all.push_back(title(job.spec));
  return all;
}

manifest thirty_pairs() {
  std::string text = "version = 1\n";
  for (int i = 0; i < 30; ++i) {
    const std::string n = std::to_string(i);
    text += "[[job]]\nname = \"use" + n + "\"\nneeds = [\"make" + n + "\"]\nargv = [\"true\"]\n";
    text += "[[job]]\nname = \"make" + n + "\"\nargv = [\"true\"]\n";
  }
  return read_toml_manifest(text, "pairs.toml");
}

}  // namespace

TEST_CASE("a part is written I/N") {
  const shard part = parse_shard("--shard", "3/4");
  CHECK(part.number == 3);
  CHECK(part.of == 4);
  for (const char* wrong :
       {"", "3", "0/4", "5/4", "3/", "/4", "3/0", "-1/4", "3/4 ", "3/4/5", "1/100001", "a/b"})
    CHECK_THROWS_WITH(parse_shard("--shard", wrong),
                      "--shard: \"" + std::string(wrong) +
                          "\": expected I/N, part I of N: 1/4 to 4/4, N up to 100000");
}

TEST_CASE("every title is in one part, and no part is left out") {
  const shard_assignment parts(4, {});
  std::set<unsigned> used;
  for (int i = 0; i < 100; ++i) {
    const unsigned part = parts.part_of("./test tests/" + std::to_string(i));
    CHECK(part >= 1);
    CHECK(part <= 4);
    used.insert(part);
  }
  CHECK(used.size() == 4);
  // Written down: another release must not deal anew what machines of two versions share.
  CHECK(parts.part_of("./test a") == 2);
  CHECK(shard_assignment(1, {}).part_of("anything") == 1);
}

TEST_CASE("with durations, parts take equally long") {
  known_durations known{{"long", seconds(9)}};
  for (int i = 0; i < 9; ++i) known["short" + std::to_string(i)] = seconds(1);
  const shard_assignment parts(2, known);
  std::map<unsigned, int> shorts;
  for (int i = 0; i < 9; ++i) ++shorts[parts.part_of("short" + std::to_string(i))];
  CHECK(shorts.size() == 1);
  CHECK(shorts.begin()->first != parts.part_of("long"));
}

TEST_CASE("jobs that need each other stay in one part") {
  std::vector<std::string> all;
  for (unsigned number = 1; number <= 3; ++number) {
    const manifest part = jobs_of_shard(thirty_pairs(), {number, 3}, {});
    CHECK(!part.jobs.empty());
    for (const manifest_job& job : part.jobs) {
      if (job.spec.name.starts_with("make")) continue;
      REQUIRE(job.spec.needs.size() == 1);
      const std::string needed = part.jobs[job.spec.needs[0].seq - 1].spec.name;
      CHECK(needed.substr(4) == job.spec.name.substr(3));
    }
    for (const std::string& one : titles(part)) all.push_back(one);
  }
  std::vector<std::string> whole = titles(thirty_pairs());
  std::ranges::sort(all);
  std::ranges::sort(whole);
  CHECK(all == whole);
}

TEST_CASE("in a manifest, too, durations decide, of jobs with all that hangs on them") {
  const known_durations known{{"use0", seconds(60)}, {"make1", seconds(1)}};
  const manifest first = jobs_of_shard(thirty_pairs(), {1, 30}, known);
  const manifest again = jobs_of_shard(thirty_pairs(), {1, 30}, known);
  CHECK(titles(first) == titles(again));
  CHECK(titles(first) == std::vector<std::string>{"make0", "use0"});
}
