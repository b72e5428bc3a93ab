#include <set>

#include <boost/json.hpp>

#include "record_bench.hpp"

namespace weir {
extern const record_format results_format;
}

using namespace weir;
using namespace weir::test;
namespace fs = std::filesystem;

namespace {

job_spec item(std::uint64_t seq, std::string name) {
  job_spec j = words(seq, {"cat"});
  j.item = std::move(name);
  return j;
}

/// One job from its start to its end.
void run(record& to, const job_spec& j, std::string_view out = "") {
  start(to, j, 1, 1);
  if (!out.empty()) write(to, j, out);
  end(to, j, 1, 2);
}

struct directory_bench : record_bench {
  std::unique_ptr<record> begin() const {
    auto results = open(results_format, "out");
    results->failed = [](const io_error& error) { FAIL(error.what()); };
    return results;
  }
  std::set<std::string> names() const {
    std::set<std::string> all;
    for (const auto& entry : fs::directory_iterator(path("out")))
      all.insert(entry.path().filename());
    return all;
  }
  std::string outcome(const std::string& name) const {
    return read("out/" + name + "/outcome.json");
  }
};

unsigned mode(const fs::path& path) {
  return static_cast<unsigned>(fs::status(path).permissions());
}

}  // namespace

TEST_CASE("a result has a directory with stdout, stderr and outcome.json, for nobody else") {
  const directory_bench b;
  const auto results = b.begin();
  const auto j = item(1, "a.log");
  start(*results, j, 1, 1);
  write(*results, j, "out\n");
  write(*results, j, "\xff", output_stream::err);
  end(*results, j, 1, 2, verdict::failed, exited{3});
  CHECK(b.read("out/a.log/stdout") == "out\n");
  CHECK(b.read("out/a.log/stderr") == "\xff");
  const auto outcome = boost::json::parse(b.outcome("a.log")).as_object();
  CHECK(outcome.at("name") == "a.log");
  CHECK(outcome.at("outcome").at("code") == 3);
  CHECK(outcome.contains("run"));
  CHECK(mode(b.path("out")) == 0700);
  CHECK(mode(b.path("out/a.log")) == 0700);
  for (const char* name : {"stdout", "stderr", "outcome.json"})
    CHECK(mode(b.path("out/a.log/") + name) == 0600);
}

TEST_CASE("both files are there when a job wrote nothing, none when it never ran") {
  const directory_bench b;
  const auto results = b.begin();
  run(*results, item(1, "silent"));
  drop(*results, item(2, "never"));
  CHECK(fs::file_size(b.path("out/silent/stdout")) == 0);
  CHECK(fs::file_size(b.path("out/silent/stderr")) == 0);
  CHECK_FALSE(fs::exists(b.path("out/never/stdout")));
  CHECK(b.outcome("never").find(R"("verdict":"not started")") != std::string::npos);
}

TEST_CASE("what a running job wrote can be read; outcome.json says that it is complete") {
  const directory_bench b;
  const auto results = b.begin();
  const auto j = item(1, "slow");
  start(*results, j, 1, 1);
  write(*results, j, "so far\n");
  results->flush();
  CHECK(b.read("out/slow/stdout") == "so far\n");
  CHECK_FALSE(fs::exists(b.path("out/slow/outcome.json")));
  write(*results, j, std::string(300000, 'x'));
  end(*results, j, 1, 2);
  CHECK(b.read("out/slow/stdout") == "so far\n" + std::string(300000, 'x'));
  CHECK(fs::exists(b.path("out/slow/outcome.json")));
}

TEST_CASE("the directory is made with those above it") {
  const directory_bench b;
  b.open(results_format, "x/y/out");
  CHECK(fs::is_directory(b.path("x/y/out")));
  std::ofstream(b.path("file"));
  CHECK_THROWS_AS(b.open(results_format, "file"), usage_error);
}

TEST_CASE("jobs of one name are kept apart, while they run and later") {
  const directory_bench b;
  const auto results = b.begin();
  start(*results, item(1, "a"), 1, 1);
  start(*results, item(2, "a"), 2, 1);
  write(*results, item(2, "a"), "two");
  write(*results, item(1, "a"), "one");
  end(*results, item(2, "a"), 2, 2);
  run(*results, item(3, "a"), "three");
  end(*results, item(1, "a"), 1, 3);
  run(*results, item(4, "a"), "four");
  CHECK(b.names() == std::set<std::string>{"a", "a.2", "a.3", "a.4"});
  CHECK(b.read("out/a/stdout") == "one");
  CHECK(b.read("out/a.2/stdout") == "two");
  CHECK(b.read("out/a.3/stdout") == "three");
  CHECK(b.read("out/a.4/stdout") == "four");
}

TEST_CASE("a job that is called like the copy of another has a place of its own") {
  const directory_bench b;
  const auto results = b.begin();
  for (const auto& [seq, name] :
       {std::pair{1U, "a"}, {2U, "a.2"}, {3U, "a"}, {4U, "a.2"}, {5U, "a"}})
    run(*results, item(seq, name), std::to_string(seq));
  std::set<std::string> contents;
  for (const auto& name : b.names()) contents.insert(b.read("out/" + name + "/stdout"));
  CHECK(contents == std::set<std::string>{"1", "2", "3", "4", "5"});
}

TEST_CASE("a thousand jobs of one name each have their place, found in few steps") {
  const directory_bench b;
  const auto results = b.begin();
  for (unsigned seq = 1; seq <= 1000; ++seq) run(*results, item(seq, "same"));
  CHECK(b.names().size() == 1000);
  CHECK(b.names().contains("same.1000"));
}

TEST_CASE("the directory of an older run is taken over, and nothing of it is left") {
  const directory_bench b;
  {
    const auto older = b.begin();
    run(*older, item(1, "a"), "old and long");
    run(*older, item(2, "a"), "old");
  }
  const auto results = b.begin();
  start(*results, item(1, "a"), 1, 1);
  CHECK_FALSE(fs::exists(b.path("out/a/outcome.json")));
  CHECK_FALSE(fs::exists(b.path("out/a/stdout")));
  write(*results, item(1, "a"), "new");
  end(*results, item(1, "a"), 1, 2);
  CHECK(b.read("out/a/stdout") == "new");
  CHECK(b.names() == std::set<std::string>{"a", "a.2"});
}

TEST_CASE("a job that is tried again leaves the output of its last attempt") {
  const directory_bench b;
  const auto results = b.begin();
  const auto j = item(1, "a");
  start(*results, j, 1, 1);
  write(*results, j, std::string(100000, 'x'));
  write(*results, j, "err", output_stream::err);
  results->on(attempt_failed{j, 1, 1, ended_at(2, exited{1}), {}});
  start(*results, j, 1, 2, 2);
  write(*results, j, "second");
  end(*results, j, 1, 3);
  CHECK(b.read("out/a/stdout") == "second");
  CHECK(b.read("out/a/stderr").empty());
  CHECK(b.read("out/a/attempt-1/stdout") == std::string(100000, 'x'));
  CHECK(b.read("out/a/attempt-1/stderr") == "err");
  const auto told = boost::json::parse(b.read("out/a/attempt-1/outcome.json")).as_object();
  CHECK(told.at("attempt") == 1);
  CHECK(told.at("outcome").at("code") == 1);
  CHECK(mode(b.path("out/a/attempt-1")) == 0700);
}

TEST_CASE("what an attempt wrote stays on top when no other one starts") {
  const directory_bench b;
  const auto results = b.begin();
  const auto j = item(1, "a");
  start(*results, j, 1, 1);
  write(*results, j, "only");
  results->on(attempt_failed{j, 1, 1, ended_at(2, exited{1}), {}});
  end(*results, j, 1, 3, verdict::cancelled, exited{1});
  CHECK(b.read("out/a/stdout") == "only");
  CHECK_FALSE(fs::exists(b.path("out/a/attempt-1")));
}

TEST_CASE("attempts of an older run are taken away with the rest") {
  const directory_bench b;
  fs::create_directories(b.path("out/a/attempt-1"));
  fs::create_directories(b.path("out/a/attempt-2"));
  std::ofstream(b.path("out/a/attempt-1/stdout")) << "old";
  std::ofstream(b.path("out/a/attempt-2/notes")) << "mine";
  const auto results = b.begin();
  run(*results, item(1, "a"), "new");
  CHECK_FALSE(fs::exists(b.path("out/a/attempt-1")));
  CHECK(b.read("out/a/attempt-2/notes") == "mine");
  CHECK(b.read("out/a/stdout") == "new");
}

TEST_CASE("a planted symbolic link is never followed") {
  const directory_bench b;
  std::ofstream(b.path("precious")) << "gold";
  fs::create_directories(b.path("out/a"));
  fs::create_directories(b.path("elsewhere"));
  for (const char* name : {"stdout", "outcome.json", ".outcome.json"})
    fs::create_symlink(b.path("precious"), b.path("out/a/") + name);
  const auto results = b.begin();
  run(*results, item(1, "a"), "mine");
  CHECK(b.read("precious") == "gold");
  CHECK(b.read("out/a/stdout") == "mine");
  CHECK_FALSE(fs::is_symlink(b.path("out/a/outcome.json")));

  fs::create_directory_symlink(b.path("elsewhere"), b.path("out/b"));
  std::string told;
  results->failed = [&](const io_error& error) { told = error.what(); };
  run(*results, item(2, "b"), "mine");
  CHECK(told.find("out/b is a symbolic link, which is not followed") != std::string::npos);
  CHECK(fs::is_empty(b.path("elsewhere")));
}

TEST_CASE("a resumed run keeps the results of what does not run again, each in its place") {
  const directory_bench b;
  {
    const auto older = b.begin();
    run(*older, item(1, "a"), "first");
    run(*older, item(2, "a"), "second, failed");
  }
  const auto results = b.begin();
  job_spec done = item(1, "a");
  done.earlier = earlier_run::succeeded;
  drop(*results, done, verdict::succeeded);
  run(*results, item(2, "a"), "second");
  CHECK(b.read("out/a/stdout") == "first");
  CHECK(b.outcome("a").substr(0, 25) == b.outcome("a.2").substr(0, 25));
  CHECK(b.read("out/a.2/stdout") == "second");
}
