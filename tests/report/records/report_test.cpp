#include <sys/stat.h>

#include <boost/json.hpp>

#include "record_bench.hpp"

namespace weir {
extern const record_format report_format;
}

using namespace weir;
using namespace weir::test;
using namespace std::chrono_literals;
namespace json = boost::json;
namespace fs = std::filesystem;

namespace {

/// The page of a run to which `tell` told events.
template <typename Tell>
std::string page_of(Tell tell) {
  const record_bench bench;
  const auto report = bench.open(report_format, "run.html");
  tell(*report);
  CHECK(bench.read("run.html").empty());  // whole or not there
  report->finish();
  return bench.read("run.html");
}

/// What is in its one element of data.
std::string data_in(const std::string& page) {
  const std::string opening = R"(<script type="application/json" id="data">)";
  const auto from = page.find(opening);
  REQUIRE(from != std::string::npos);
  const auto to = page.find("</script>", from);
  return page.substr(from + opening.size(), to - from - opening.size());
}

template <typename Tell>
json::object data_of(Tell tell) {
  return json::parse(data_in(page_of(tell))).as_object();
}

/// The only job's row.
template <typename Tell>
json::object row_of(Tell tell) {
  const auto data = data_of(tell);
  REQUIRE(data.at("jobs").as_array().size() == 1);
  return data.at("jobs").at(0).as_object();
}

void end_as(observer& o, const job_spec& j, verdict judged, outcome how, std::string_view tail) {
  const auto result = ended_at(4, std::move(how), 2);
  o.on(job_ended{j, judged, 1, 2, result, tail});
}

}  // namespace

TEST_CASE("the report counts jobs by how they ended, and says how long the run was") {
  const auto data = data_of([](observer& o) {
    for (unsigned seq = 1; seq <= 3; ++seq) {
      const job_spec j = words(seq, {"true"});
      start(o, j, 1, seq);
      end(o, j, 1, seq + 0.5);
    }
    const job_spec bad = words(4, {"false"});
    start(o, bad, 1, 2);
    end_as(o, bad, verdict::failed, exited{1}, "");
    drop(o, words(5, {"true"}), verdict::skipped);
    drop(o, words(6, {"true"}));
    stop(o, stop_phase::soft, 1, 0);
  });
  const auto& run = data.at("run").as_object();
  CHECK(run.at("succeeded").as_int64() == 3);
  CHECK(run.at("failed").as_int64() == 1);
  CHECK(run.at("skipped").as_int64() == 1);
  CHECK(run.at("not_started").as_int64() == 1);
  CHECK(run.at("total").as_int64() == 6);
  CHECK(run.at("left_out").as_int64() == 0);
  CHECK(run.at("limit").as_int64() == 2);
  CHECK(run.at("started").as_string() == "2026-01-01T00:00:00.000000Z");
  CHECK(run.at("stop").as_string() == "stopped by SIGINT");
  CHECK(data.at("jobs").as_array().size() == 6);
}

TEST_CASE("the report names what jobs left running") {
  const auto data = data_of([](observer& o) { o.on(process_left{5, 123, "server -d"}); });
  const auto& run = data.at("run").as_object();
  CHECK(run.at("left_count").as_int64() == 1);
  const auto& left = run.at("left").as_array().at(0).as_object();
  CHECK(left.at("job").as_int64() == 5);
  CHECK(left.at("pid").as_int64() == 123);
  CHECK(left.at("command").as_string() == "server -d");
}

TEST_CASE("a row of the report leaves out what goes without saying") {
  const auto row = row_of([](observer& o) {
    const job_spec j = words(1, {"gzip", "a b"});
    start(o, j, 2, 2);
    end_as(o, j, verdict::succeeded, exited{0}, "");
  });
  CHECK(row.at("title").as_string() == "gzip 'a b'");
  CHECK(json::serialize(row.at("attempts")) == "[[2,2E0,4E0]]");
  for (const char* absent : {"verdict", "how", "command", "needs", "pools", "weight", "tail"})
    CHECK_FALSE(row.contains(absent));
}

TEST_CASE("a row of the report says where a job's results are, and the page how to get there") {
  const record_bench bench;
  fs::create_directory(bench.path("pages"));
  record_settings settings = bench.settings("pages/run.html");
  settings.places = std::make_shared<result_places>(bench.path("out"));
  const auto report = report_format.open(settings);
  start(*report, words(1, {"true"}), 1, 1);
  settings.places->of = {{1, "a%2Fb"}, {2, "not ended yet"}};
  end(*report, words(1, {"true"}), 1, 2);
  drop(*report, words(3, {"true"}));
  report->finish();
  const auto data = json::parse(data_in(bench.read("pages/run.html"))).as_object();
  CHECK(data.at("run").as_object().at("results").as_string() == "../out");
  CHECK(data.at("jobs").at(0).as_object().at("place").as_string() == "a%2Fb");
  CHECK_FALSE(data.at("jobs").at(1).as_object().contains("place"));
  CHECK(settings.places->of.size() == 1);
}

TEST_CASE("a new page may be read by whom the umask lets, an older one keeps its mode") {
  const record_bench bench;
  const auto mode_of = [&](const char* name) {
    return static_cast<unsigned>(fs::status(bench.path(name)).permissions());
  };
  std::ofstream(bench.path("old.html")) << "older";
  fs::permissions(bench.path("old.html"), fs::perms::owner_read | fs::perms::owner_write);
  const mode_t before = ::umask(027);
  for (const char* name : {"new.html", "old.html"}) bench.open(report_format, name)->finish();
  CHECK(::umask(before) == 027);
  CHECK(mode_of("new.html") == 0640);
  CHECK(mode_of("old.html") == 0600);
}

TEST_CASE("a failure in the report has its last lines and the command line to run it again") {
  const auto row = row_of([](observer& o) {
    job_settings settings;
    settings.dir = "src";
    job_spec j = words(1, {"make", "it"}, settings);
    j.name = "build";
    start(o, j, 2, 2);
    end_as(o, j, verdict::failed, exited{2}, "no rule\n");
  });
  CHECK(row.at("title").as_string() == "build");
  CHECK(row.at("verdict").as_string() == "failed");
  CHECK(row.at("how").as_string() == "exit 2");
  CHECK(row.at("command").as_string() == "cd src && make it");
  CHECK(row.at("tail").as_string() == "no rule\n");
}

TEST_CASE("the report says when a job's needs were met, and by which job") {
  const auto data = data_of([](observer& o) {
    const job_spec first = words(1, {"true"});
    job_settings settings;
    settings.weight = 2;
    settings.pools = {{"db", 1}};
    job_spec second = words(2, {"true"}, settings);
    second.needs = {{1, need_on::success}};
    o.on(job_accepted{first});
    o.on(job_accepted{second});
    start(o, first, 1, 1);
    end(o, first, 1, 3);
    o.on(job_ready{second, at(3.25)});
    start(o, second, 1, 4);
    end(o, second, 1, 5);
  });
  const auto& row = data.at("jobs").at(1).as_object();
  CHECK(json::serialize(row.at("needs")) == "[1]");
  CHECK(row.at("last").as_int64() == 1);
  CHECK(row.at("ready").as_double() == 3.25);
  CHECK(json::serialize(row.at("pools")) == R"(["db"])");
  CHECK(row.at("weight").as_int64() == 2);
}

TEST_CASE("where an attempt ran is in the row, and nothing of an end that is its last one") {
  const auto row = row_of([](observer& o) {
    const job_spec j = words(1, {"there"});
    start(o, j, 3, 1);
    attempt_result result = ended_at(2);
    result.node = "alpha";
    o.on(job_ended{j, verdict::succeeded, 1, 3, result, ""});
  });
  CHECK(json::serialize(row.at("attempts")) == R"([[3,1E0,2E0,"exit 0","alpha"]])");
}

TEST_CASE("attempts that were made again are in the row, and what all of them used") {
  const auto row = row_of([](observer& o) {
    const job_spec j = words(1, {"flaky"});
    for (unsigned attempt = 1; attempt <= 2; ++attempt) {
      start(o, j, 1, attempt, attempt);
      attempt_result result = ended_at(attempt + 0.5, exited{attempt == 1 ? 75 : 0}, 0.5);
      result.usage = {1s, 2s, attempt * 1000};
      result.bytes = 5;
      if (attempt == 1)
        o.on(attempt_failed{j, 1, 1, result, {}});
      else
        o.on(job_ended{j, verdict::succeeded, 2, 1, result, ""});
    }
  });
  CHECK(row.at("attempts").as_array().size() == 2);
  CHECK(row.at("attempts").at(0).at(3).as_string() == "exit 75");
  CHECK(row.at("user").as_double() == 2);
  CHECK(row.at("system").as_double() == 4);
  CHECK(row.at("rss").as_int64() == 2000);
  CHECK(row.at("bytes").as_int64() == 10);
}

TEST_CASE("what ended in an earlier run counts, and has no times") {
  const auto data = data_of([](observer& o) {
    job_spec j = words(1, {"true"});
    j.earlier = earlier_run::succeeded;
    const attempt_result none;
    o.on(job_ended{j, verdict::succeeded, 0, 0, none, ""});
  });
  CHECK(data.at("run").at("earlier").as_int64() == 1);
  const auto& row = data.at("jobs").at(0).as_object();
  CHECK(row.at("how").as_string() == "ended in an earlier run");
  CHECK_FALSE(row.contains("attempts"));
}

TEST_CASE("nothing that a job is called or writes can become a part of the page") {
  const std::string evil = "</script><img src=x onerror=alert(1)><!--";
  const auto page = page_of([&](observer& o) {
    job_spec j = words(1, {"echo", evil});
    j.name = evil;
    start(o, j, 1, 2);
    end_as(o, j, verdict::failed, spawn_failed{ENOENT, evil}, evil + "\xff\x1b[31m");
    stop(o, stop_phase::soft, 1, 0, {}, evil);
  });
  CHECK(data_in(page).find('<') == std::string::npos);
  CHECK(page.find("onerror=alert(1)>") != std::string::npos);  // as text of the data
  CHECK(page.find("<img") == std::string::npos);
  const auto data = json::parse(data_in(page));
  CHECK(data.at("jobs").at(0).at("title").as_string() == evil);
  CHECK(data.at("run").at("stop").as_string() == "stopped by " + evil);
}

TEST_CASE("the page asks for nothing from anywhere, and is told not to") {
  const auto page = page_of([](observer&) {});
  CHECK(page.find("default-src 'none'") != std::string::npos);
  for (const char* never : {"http:", "https:", "src=", "url(", "@import", "fetch(", "XMLHttp"})
    CHECK(page.find(never) == std::string::npos);
}

TEST_CASE("values of environment variables are not in the report") {
  const auto page = page_of([](observer& o) {
    job_settings settings;
    settings.env = {{"TOKEN", "hunter2"}};
    const job_spec j = words(1, {"true"}, settings);
    start(o, j, 1, 2);
    end_as(o, j, verdict::failed, exited{1}, "");
  });
  CHECK(page.find("hunter2") == std::string::npos);
}

TEST_CASE("of a very long run the first jobs and later failures have rows, the rest are counted") {
  const auto data = data_of([](observer& o) {
    const job_spec good = words(1, {"true"});
    const job_spec bad = words(2, {"false"});
    for (unsigned i = 0; i < 100'100; ++i) end(o, good, 1, 1);
    end(o, bad, 1, 1, verdict::failed, exited{1});
  });
  CHECK(data.at("jobs").as_array().size() == 100'001);
  CHECK(data.at("run").at("total").as_int64() == 100'101);
  CHECK(data.at("run").at("left_out").as_int64() == 100);
}

TEST_CASE("a report that cannot be written is a mistake on the command line") {
  const record_bench bench;
  CHECK_THROWS_AS(bench.open(report_format, "no/such/run.html"), usage_error);
  CHECK_THROWS_AS(bench.open(report_format, ""), usage_error);
}
