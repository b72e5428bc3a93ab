#include <boost/json.hpp>

#include "record_bench.hpp"

namespace weir {
extern const record_format results_format;
}

using namespace weir;
using namespace weir::test;
namespace json = boost::json;

namespace {

struct lines_bench : record_bench {
  /// The records as they are read back.
  std::vector<json::object> lines() const {
    lines_->finish();
    std::vector<json::object> all;
    std::istringstream text(read("r.jsonl"));
    for (std::string line; std::getline(text, line);) all.push_back(json::parse(line).as_object());
    return all;
  }
  record& to() const { return *lines_; }

 private:
  std::unique_ptr<record> lines_ = open(results_format, "r.jsonl");
};

std::string text(const json::object& line, const char* key) {
  return std::string(line.at(key).as_string());
}

}  // namespace

TEST_CASE("a line of results tells how the job ended and what it wrote") {
  const lines_bench b;
  job_spec j = words(7, {"gzip", "a b"});
  j.item = "a b";
  start(b.to(), j, 2, 1);
  write(b.to(), j, "out \"1\"\n");
  write(b.to(), j, "err\n", output_stream::err);
  write(b.to(), j, "\x1b out 2");
  attempt_result result = ended_at(12.5, exited{3}, 2.25);
  result.bytes = 20;
  result.usage = {std::chrono::milliseconds(5), std::chrono::milliseconds(2), 4096};
  b.to().on(job_ended{j, verdict::failed, 1, 2, result, ""});
  const auto all = b.lines();
  REQUIRE(all.size() == 1);
  CHECK(
      json::serialize(all[0]) ==
      R"({"seq":7,"name":"a b","argv":["gzip","a b"],"outcome":{"type":"exited","code":3},)"
      R"("verdict":"failed","attempts":1,"started":"2026-01-01T00:00:10.250000Z","seconds":2.25E0,)"
      R"("cpu":7E-3,"max_rss":4096,"bytes":20,"stdout":"out \"1\"\n\u001b out 2","stderr":"err\n"})");
}

TEST_CASE("every kind of outcome has its own form") {
  const lines_bench b;
  const auto j = words(1, {"x"});
  end(b.to(), j, 1, 5, verdict::failed, signaled{11, true});
  end(b.to(), j, 1, 5, verdict::failed, timed_out{std::chrono::milliseconds(1500)});
  end(b.to(), j, 1, 5, verdict::failed, spawn_failed{ENOENT, "gzipp"});
  end(b.to(), j, 1, 5, verdict::cancelled, cancelled{true});
  end(b.to(), j, 1, 5, verdict::skipped, skipped{"needs build"});
  const auto all = b.lines();
  REQUIRE(all.size() == 5);
  const auto how = [&](std::size_t i) { return json::serialize(all[i].at("outcome")); };
  CHECK(how(0) == R"({"type":"signaled","signal":11,"core_dumped":true})");
  CHECK(how(1) == R"({"type":"timed_out","limit":1.5E0})");
  CHECK(how(2) ==
        R"({"type":"spawn_failed","errno":2,"error":"gzipp: command not found","what":"gzipp"})");
  CHECK(how(3) == R"({"type":"cancelled","started":true})");
  CHECK(how(4) == R"({"type":"skipped","reason":"needs build"})");
}

TEST_CASE("a job that never ran has a line without times and output") {
  const lines_bench b;
  drop(b.to(), words(1, {"x"}));
  const auto all = b.lines();
  REQUIRE(all.size() == 1);
  CHECK(text(all[0], "verdict") == "not started");
  for (const char* key : {"started", "seconds", "stdout", "stderr"})
    CHECK_FALSE(all[0].contains(key));
}

TEST_CASE("output that is not UTF-8 is in base64, the other stream as it is") {
  const lines_bench b;
  const auto j = words(1, {"x"});
  write(b.to(), j, "\xff");
  write(b.to(), j, std::string_view("\0a\nb", 4));
  write(b.to(), j, "é", output_stream::err);
  end(b.to(), j, 1, 5);
  const auto all = b.lines();
  CHECK(text(all[0], "stdout_base64") == "/wBhCmI=");
  CHECK(text(all[0], "stderr") == "é");
  CHECK_FALSE(all[0].contains("stdout"));
}

TEST_CASE("megabytes of two jobs at once come back byte by byte, as text and as base64") {
  const lines_bench b;
  const auto j1 = words(1, {"x"});
  const auto j2 = words(2, {"y"});
  std::string sent;
  std::string binary;
  for (int i = 0; i < 40000; ++i) {
    const std::string piece = "zeile " + std::to_string(i) + " €\n";
    // Cut within a character.
    write(b.to(), j1, std::string_view(piece).substr(0, piece.size() - 2));
    write(b.to(), j2, "\xff" + piece);
    write(b.to(), j1, std::string_view(piece).substr(piece.size() - 2));
    sent += piece;
    binary += "\xff" + piece;
  }
  end(b.to(), j1, 1, 5);
  end(b.to(), j2, 1, 5);
  const auto all = b.lines();
  CHECK(text(all[0], "stdout") == sent);
  const std::string encoded = text(all[1], "stdout_base64");
  CHECK(encoded.size() == (binary.size() + 2) / 3 * 4);
  CHECK(encoded.substr(0, 16) == "/3plaWxlIDAg4oKs");
}

TEST_CASE("megabytes are written in pieces, and lines stay in order") {
  const lines_bench b;
  const auto j1 = words(1, {"x"});
  const auto j2 = words(2, {"y"});
  const std::string much(std::size_t{5} << 20, 'm');
  write(b.to(), j1, much);
  write(b.to(), j1, "err", output_stream::err);
  write(b.to(), j2, "little");
  CHECK_FALSE(b.to().has_work());
  end(b.to(), j1, 1, 5);
  CHECK(b.to().has_work());
  end(b.to(), j2, 1, 5);
  int pieces = 1;
  for (; b.to().has_work(); ++pieces) b.to().work();
  CHECK(pieces >= 5);
  const auto all = b.lines();
  REQUIRE(all.size() == 2);
  CHECK(text(all[0], "stdout") == much);
  CHECK(text(all[0], "stderr") == "err");
  CHECK(text(all[1], "stdout") == "little");
}

TEST_CASE("what a job wrote is whole also when the run ends before all pieces are written") {
  const lines_bench b;
  const auto j = words(1, {"x"});
  const std::string much(std::size_t{5} << 20, 'm');
  write(b.to(), j, much);
  end(b.to(), j, 1, 5);
  CHECK(text(b.lines()[0], "stdout") == much);
}

TEST_CASE("a result has the output of its last attempt, and tells of the others") {
  const lines_bench b;
  const auto j = words(1, {"x"});
  start(b.to(), j, 1, 1);
  write(b.to(), j, "first\xff");
  b.to().on(attempt_failed{j, 1, 1, ended_at(2, exited{1}), {}});
  start(b.to(), j, 1, 2, 2);
  write(b.to(), j, "second");
  b.to().on(job_ended{j, verdict::succeeded, 2, 1, ended_at(3), ""});
  const auto all = b.lines();
  CHECK(text(all[0], "stdout") == "second");
  CHECK(all[0].at("attempts") == 2);
  const auto& earlier = all[0].at("earlier_attempts").as_array();
  REQUIRE(earlier.size() == 1);
  CHECK(earlier[0].at("attempt") == 1);
  CHECK(earlier[0].at("outcome").at("code") == 1);
  CHECK(earlier[0].at("stdout_base64") == "Zmlyc3T/");
  CHECK(earlier[0].at("stderr") == "");
}

TEST_CASE("a result has what was written before an attempt that was announced and did not start") {
  const lines_bench b;
  const auto j = words(1, {"x"});
  start(b.to(), j, 1, 1);
  write(b.to(), j, "first");
  b.to().on(attempt_failed{j, 1, 1, ended_at(2, exited{1}), {}});
  start(b.to(), j, 1, 2, 2);
  b.to().on(job_ended{j, verdict::cancelled, 1, 1, ended_at(2, cancelled{}), ""});
  CHECK(text(b.lines()[0], "stdout") == "first");
}

TEST_CASE("a job that inherits the streams of weir has no output in its result") {
  const lines_bench b;
  job_settings raw;
  raw.output = output_mode::raw;
  end(b.to(), words(1, {"x"}, raw), 1, 5);
  CHECK_FALSE(b.lines()[0].contains("stdout"));
}

TEST_CASE("a resumed run adds to the lines, and half a line is cut off") {
  const record_bench b;
  record_settings settings = b.settings("r.jsonl");
  settings.resumed = true;
  std::ofstream(settings.path) << "{\"seq\":1}\n{\"seq\":";
  const auto results = results_format.open(settings);
  job_spec done = words(1, {"x"});
  done.earlier = earlier_run::succeeded;
  drop(*results, done, verdict::succeeded);
  end(*results, words(2, {"x"}), 1, 2);
  results->finish();
  const std::string text = b.read("r.jsonl");
  CHECK(text.substr(0, 18) == "{\"seq\":1}\n{\"seq\":2");
  CHECK(std::count(text.begin(), text.end(), '\n') == 2);
}
