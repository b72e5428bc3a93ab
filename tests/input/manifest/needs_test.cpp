#include "input/manifest/need_graph.hpp"
#include "input/manifest/reading.hpp"
#include "support/catch.hpp"

using namespace weir;
using namespace std::chrono_literals;

namespace {

// [[job]] tables: "c:a,b" is the job c that needs a and b.
std::string jobs(std::initializer_list<std::string> list) {
  std::string text;
  for (const std::string& job : list) {
    const auto colon = job.find(':');
    text += "[[job]]\nargv = [\"true\"]\nname = \"" + job.substr(0, colon) + "\"\nneeds = [";
    std::string needs = colon == std::string::npos ? "" : job.substr(colon + 1);
    for (std::size_t end; !needs.empty(); needs.erase(0, end + 1)) {
      end = std::min(needs.find(','), needs.size());
      text += '"' + needs.substr(0, end) + "\", ";
      if (end == needs.size()) break;
    }
    text += "]\n";
  }
  return text;
}

std::string order(const manifest& m) {
  std::string all;
  for (const manifest_job& job : m.jobs) all += job.spec.name + " ";
  return all;
}

}  // namespace

TEST_CASE("jobs keep the order of the file when their needs stand before them") {
  CHECK(order(toml(jobs({"a", "b:a", "c"}))) == "a b c ");
}

TEST_CASE("a job that is needed by an earlier one is given just before it") {
  const manifest m = toml(jobs({"first", "a:z", "b", "z"}));
  CHECK(order(m) == "first z a b ");
  CHECK(m.jobs.at(2).spec.seq == 3);
  CHECK(m.jobs.at(2).spec.needs == std::vector<need>{{2, need_on::success}});
}

TEST_CASE("a need says on which outcome it lets the job run") {
  const manifest m = toml(jobs({"a"}) + R"([[job]]
argv = ["clean"]
needs = [{ job = "a", on = "failure" }]
[[job]]
argv = ["log"]
needs = [{ job = "a", on = "always" }]
)");
  CHECK(m.jobs.at(1).spec.needs == std::vector<need>{{1, need_on::failure}});
  CHECK(m.jobs.at(2).spec.needs == std::vector<need>{{1, need_on::always}});
}

TEST_CASE("the name of a matrix as written stands for all its jobs, a filled one for one") {
  const manifest m = toml(R"(
[[job]]
name = "build-{v}"
argv = ["b"]
matrix = { v = [1, 2] }
[[job]]
name = "test-{v}"
argv = ["t"]
matrix = { v = [1, 2] }
needs = ["build-{v}"]
[[job]]
name = "all"
argv = ["a"]
needs = ["test-{v}"]
)");
  CHECK(order(m) == "build-1 build-2 test-1 test-2 all ");
  CHECK(m.jobs.at(3).spec.needs == std::vector<need>{{2}});
  CHECK(m.jobs.at(4).spec.needs == std::vector<need>{{3}, {4}});
}

TEST_CASE("a cycle is printed whole") {
  const std::string error = toml_error(jobs({"a:b", "b:c", "c:a", "d:a"}));
  CHECK(error.find("jobs.toml:5:10: needs: a cycle: a -> b -> c -> a\n") == 0);
  CHECK(error.find("d ->") == std::string::npos);
}

TEST_CASE("two cycles are both told") {
  const std::string error = toml_error(jobs({"a:b", "b:a", "x:y", "y:x"}));
  CHECK(error.find("a -> b -> a") != std::string::npos);
  CHECK(error.find("x -> y -> x") != std::string::npos);
}

TEST_CASE("a job that needs itself is told so") {
  CHECK(toml_error(jobs({"a:a"})).find("jobs.toml:5:10: needs: the job \"a\" needs itself") == 0);
}

TEST_CASE("needs that cannot all be met are a fault, as the job could never start") {
  const auto error = [](const std::string& needs, const std::string& more = "") {
    return toml_error("[[job]]\nname = \"a\"\nargv = [\"x\"]\n" + more +
                      "\n[[job]]\nname = \"t-{v}\"\nargv = [\"x\"]\nmatrix = { v = [1, 2] }\n"
                      "[[job]]\nargv = [\"y\"]\nneeds = [" +
                      needs + "]\n");
  };
  const std::string told =
      "needs: \"a\" has both to succeed and to fail: the job could never start";
  CHECK(error(R"("a", {job="a", on="failure"})").find("jobs.toml:12:20: " + told) == 0);
  CHECK(error(R"({job="a", on="failure"}, "t-{v}", "a")").find("jobs.toml:12:44: " + told) == 0);
  CHECK(error(R"("t-{v}", {job="t-{v}", on="failure"})").find("could never start") !=
        std::string::npos);
  CHECK(error(R"({job="t-{v}", of="any"}, {job="t-{v}", on="failure", of="all"})")
            .find("could never start") != std::string::npos);
  // A matrix, and a job of it.
  CHECK(error(R"("t-{v}", {job="t-1", on="failure"})")
            .find("jobs.toml:12:24: needs: \"t-1\" has to fail and \"t-{v}\" has to succeed, but "
                  "they have a job in common: the job could never start") == 0);
  CHECK(error(R"({job="t-{v}", on="failure", of="all"}, "t-2")").find("\"t-2\" has to succeed") !=
        std::string::npos);
  CHECK(
      error(R"("t-1", {job="t-{v}", on="failure"}, "t-2")")
          .find(
              "one job of \"t-{v}\" has to fail, but other needs require that none of them does") !=
      std::string::npos);
  CHECK(error(R"("t-1", {job="t-{v}", on="failure"})").empty());
  CHECK(error(R"({job="t-{v}", of="any"}, {job="t-1", on="failure"})").empty());
  // An allowed failure meets both, and of several jobs one may succeed and one fail.
  CHECK(error(R"("a", {job="a", on="failure"})", "allow-failure = true").empty());
  CHECK(error(R"({job="t-{v}", of="any"}, {job="t-{v}", on="failure"})").empty());
  CHECK(error(R"("a", {job="a", on="always"}, "a")").empty());
}

TEST_CASE("an unknown need is told with a near name") {
  CHECK(toml_error(jobs({"build", "test:biuld"}))
            .find("jobs.toml:9:10: needs: there is no job \"biuld\", did you mean \"build\"?") ==
        0);
}

TEST_CASE("a name given twice is told with the first place") {
  CHECK(toml_error(jobs({"a", "a"}))
            .find("jobs.toml:8:8: name: \"a\" is already used by the job at line 4") == 0);
}

TEST_CASE("a chain of a million needs overflows no stack") {
  need_graph chain(1'000'000);
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) chain[i] = {i + 1};
  CHECK(needs_first(chain).front() == chain.size() - 1);
  CHECK(find_cycles(chain, 20).empty());
  chain.back() = {0};
  CHECK(find_cycles(chain, 20).at(0).size() == chain.size());
}

TEST_CASE("the remaining path is the longest chain of those that need the job") {
  // 0 <- 1 <- 2, 0 <- 3
  const need_graph graph{{}, {0}, {1}, {0}};
  const std::vector<duration> each{1s, 2s, 3s, 9s};
  CHECK(remaining_paths(graph, each) == std::vector<duration>{10s, 5s, 3s, 9s});
}

TEST_CASE("a need with keys that the needing job has in part means all jobs that agree") {
  const char* const jobs[] = {
      "name = \"build-{os}-{cfg}\"\nargv = [\"b\"]\n"
      "matrix = { os = [\"x\", \"y\"], cfg = [\"d\", \"r\"] }\n",
      "name = \"sign-{os}\"\nargv = [\"s\"]\nneeds = [\"build-{os}-{cfg}\"]\n"
      "matrix = { os = [\"y\"] }\n"};
  const manifest m = toml(std::string("[[job]]\n") + jobs[0] + "[[job]]\n" + jobs[1]);
  REQUIRE(m.jobs.size() == 5);
  CHECK(m.jobs[4].spec.needs == std::vector<need>{{3}, {4}});
  const manifest lines = read_jsonl_manifest(
      R"({"name":"sign-{os}","argv":["s"],"needs":["build-{os}-{cfg}"],"matrix":{"os":["y"]}})"
      "\n"
      R"({"name":"build-{os}-{cfg}","argv":["b"],"matrix":{"os":["x","y"],"cfg":["d","r"]}})",
      "x");
  REQUIRE(lines.jobs.size() == 5);
  CHECK(lines.jobs[4].spec.name == "sign-y");
  CHECK(lines.jobs[4].spec.needs == std::vector<need>{{3}, {4}});
  CHECK(toml_error(std::string("[[job]]\n") + jobs[0] +
                   "[[job]]\nname = \"sign-{os}\"\nargv = [\"s\"]\nneeds = "
                   "[\"build-{os}-{cfg}\"]\nmatrix = { os = [\"z\"] }\n")
            .find("needs: there is no job \"build-z-{cfg}\"") != std::string::npos);
}

TEST_CASE("the failure of a matrix is that of any of its jobs, unless all are asked for") {
  const auto needs_of = [](const std::string& need) {
    return toml(
               "[[job]]\nname = \"t-{v}\"\nargv = [\"t\"]\nmatrix = { v = [1, 2] }\n"
               "[[job]]\nargv = [\"u\"]\nneeds = [" +
               need + "]\n")
        .jobs.back()
        .spec.needs;
  };
  const auto on = need_on::failure;
  CHECK(needs_of(R"({ job = "t-{v}", on = "failure" })") ==
        std::vector<need>{{1, on, 1}, {2, on, 1}});
  CHECK(needs_of(R"({ job = "t-{v}", on = "failure", of = "all" })") ==
        std::vector<need>{{1, on}, {2, on}});
  CHECK(needs_of(R"({ job = "t-{v}", of = "any" })") ==
        std::vector<need>{{1, need_on::success, 1}, {2, need_on::success, 1}});
  CHECK(needs_of(R"({ job = "t-1", on = "failure" })") == std::vector<need>{{1, on}});
}
