#include "input/manifest/job_stream.hpp"

#include "input/manifest/reading.hpp"
#include "support/catch.hpp"

using namespace weir;

namespace {

std::string job_line(const std::string& name, const std::string& needs = "") {
  return R"({"argv":["true"],"name":")" + name + R"(","needs":[)" + needs + "]}";
}

std::string names(const std::vector<manifest_job>& jobs) {
  std::string all;
  for (const manifest_job& job : jobs) all += job.spec.name + " ";
  return all;
}

std::string feed_error(job_stream& stream, const std::string& line) {
  return message_of([&] { stream.feed(line); });
}

}  // namespace

TEST_CASE("a line gives its job at once, numbered from 1") {
  job_stream stream("jobs.jsonl");
  CHECK(stream.feed(job_line("a")).at(0).spec.seq == 1);
  CHECK(stream.feed("").empty());
  CHECK(stream.feed(job_line("b")).at(0).spec.seq == 2);
  stream.finish();
}

TEST_CASE("the first line may have settings of the run") {
  job_stream stream("jobs.jsonl");
  CHECK_FALSE(stream.begun());
  CHECK(
      stream
          .feed(
              R"({"version":1,"run":{"limit":3},"defaults":{"weight":2},"pool":{"p":{"capacity":4}}})")
          .empty());
  CHECK(stream.begun());
  CHECK(stream.run().limit == "3");
  CHECK(stream.pools() == std::vector<pool_settings>{{"p", 4}});
  CHECK(stream.feed(R"({"argv":["a"]})").at(0).spec.settings->weight == 2);
  CHECK(feed_error(stream, R"({"version":1})")
            .find("jobs.jsonl:3:1: \"version\" is allowed only in the") == 0);
}

TEST_CASE("a need of an earlier line is connected, one of a later line holds the job back") {
  job_stream stream("jobs.jsonl");
  stream.feed(job_line("a"));
  CHECK(stream.feed(job_line("b", R"("a","z")")).empty());
  CHECK(names(stream.feed(job_line("c", R"("a")"))) == "c ");
  const auto given = stream.feed(job_line("z"));
  CHECK(names(given) == "z b ");
  CHECK(given.at(1).spec.seq == 4);
  CHECK(given.at(1).spec.needs == std::vector<need>{{1}, {3}});
  stream.finish();
}

TEST_CASE("jobs held back release each other in a chain") {
  job_stream stream("jobs.jsonl");
  CHECK(stream.feed(job_line("c", R"("b")")).empty());
  CHECK(stream.feed(job_line("b", R"("a")")).empty());
  CHECK(names(stream.feed(job_line("a"))) == "a b c ");
}

TEST_CASE("a need of a matrix waits for all its jobs") {
  job_stream stream("jobs.jsonl");
  stream.feed(job_line("all", R"_("m","m (1)")_"));
  const auto given = stream.feed(R"({"argv":["a"],"name":"m","matrix":{"v":[1,2]}})");
  CHECK(names(given) == "m (1) m (2) all ");
  CHECK(given.at(2).spec.needs.size() == 3);
}

TEST_CASE("what never comes is told at the end, a cycle whole") {
  job_stream unknown("jobs.jsonl");
  unknown.feed(job_line("build"));
  unknown.feed(job_line("test", R"("biuld")"));
  CHECK(message_of([&] { unknown.finish(); }) ==
        "jobs.jsonl:2:41: needs: there is no job \"biuld\", did you mean \"build\"?\n    2 | " +
            job_line("test", R"("biuld")") + "\n      | " + std::string(40, ' ') + '^');
  job_stream cycle("jobs.jsonl");
  cycle.feed(job_line("a", R"("b")"));
  cycle.feed(job_line("b", R"("a")"));
  CHECK(message_of([&] { cycle.finish(); }) ==
        "jobs.jsonl:1:38: needs: a cycle: a -> b -> a\n    1 | " + job_line("a", R"("b")") +
            "\n      | " + std::string(37, ' ') + '^');
}

TEST_CASE("too many jobs that wait for later ones are refused") {
  job_stream stream("jobs.jsonl", {.held = 2});
  stream.feed(job_line("a", R"("z")"));
  stream.feed(job_line("b", R"("z")"));
  CHECK(feed_error(stream, job_line("c", R"("z")")).find("when more than 2 jobs were waiting") !=
        std::string::npos);
}

TEST_CASE("a name given twice is told while it is remembered") {
  job_stream stream("jobs.jsonl", {.names = 2});
  stream.feed(job_line("a"));
  CHECK(feed_error(stream, job_line("a")).find("is already used by the job at line 1") !=
        std::string::npos);
  job_stream forgetful("jobs.jsonl", {.names = 2});
  for (const char* name : {"a", "b", "c"}) forgetful.feed(job_line(name));
  CHECK(names(forgetful.feed(job_line("a"))) == "a ");
  CHECK(forgetful.feed(job_line("d", R"("b")")).empty());
}

TEST_CASE("in a line, too, needs that cannot all be met are a fault") {
  job_stream stream("jobs.jsonl");
  stream.feed(job_line("a"));
  CHECK(feed_error(stream, job_line("b", R"("a",{"job":"a","on":"failure"})"))
            .find("needs: \"a\" has both to succeed and to fail") != std::string::npos);
  job_stream held("jobs.jsonl");
  held.feed(job_line("b", R"("a",{"job":"a","on":"failure"})"));
  CHECK(feed_error(held, job_line("a")).find("jobs.jsonl:1:49: needs: \"a\" has both") == 0);
  job_stream group("jobs.jsonl");
  group.feed(R"({"name":"t-{v}","argv":["x"],"matrix":{"v":["1","2"]}})");
  CHECK(feed_error(group, job_line("b", R"("t-{v}",{"job":"t-1","on":"failure"})"))
            .find("\"t-1\" has to fail and \"t-{v}\" has to succeed") != std::string::npos);
  job_stream lenient("jobs.jsonl");
  lenient.feed(job_line("b", R"("a",{"job":"a","on":"failure"})"));
  CHECK(lenient.feed(R"({"name":"a","argv":["x"],"allow-failure":true})").size() == 2);
}

TEST_CASE("a need of [defaults] is shown with the line that it stands in") {
  job_stream stream("jobs.jsonl");
  stream.feed("");
  stream.feed(R"({"version":1,"defaults":{"needs":["nowhere"]}})");
  stream.feed(R"({"name":"a","argv":["true"]})");
  std::string error;
  try {
    stream.finish();
  } catch (const usage_error& e) {
    error = e.what();
  }
  INFO(error);
  CHECK(error.find("jobs.jsonl:2:") == 0);
  CHECK(error.find("    2 | {\"version\":1,\"defaults\":{\"needs\":[\"nowhere\"]}}\n") !=
        std::string::npos);
}

TEST_CASE("a held job keeps the needs that were met before their names were forgotten") {
  job_stream stream("jobs.jsonl", {.names = 1});
  stream.feed(job_line("old"));
  stream.feed(job_line("held", R"("old","late")"));
  for (int i = 0; i < 10; ++i) stream.feed(job_line("n" + std::to_string(i)));
  const auto given = stream.feed(job_line("late"));
  REQUIRE(names(given) == "late held ");
  CHECK(given.at(1).spec.needs == std::vector<need>{{1}, {12}});
}

TEST_CASE("a whole file of JSON Lines gives what its lines give") {
  const manifest m = read_jsonl_manifest("{\"version\":1,\"run\":{\"halt\":\"never\"}}\r\n\n" +
                                             job_line("b", "\"a\"") + "\n" + job_line("a"),
                                         "jobs.jsonl");
  CHECK(names(m.jobs) == "a b ");
  CHECK(m.run.halt == "never");
}
