#include "support/catch.hpp"

#include "sample_run.hpp"

using namespace weir;
using namespace weir::test;

namespace {

std::string last_line(const std::string& text) {
  const auto from = text.rfind('\n', text.size() - 2);
  return text.substr(from + 1, text.size() - from - 2);
}

std::string end_of(outcome how, verdict judged) {
  return last_line(sample_run("r").end(job("a"), judged, std::move(how)).text);
}

}  // namespace

TEST_CASE("a run's first line tells who runs, and that it goes on with another") {
  const auto entry = parse_journal_line(last_line("\n" + sample_run("r1", true).text));
  REQUIRE(entry);
  CHECK(entry->what == journal_entry::kind::run);
  CHECK(entry->run == "r1");
  CHECK(entry->pid == 4711);
  CHECK(entry->dir == "/where");
  CHECK(entry->resumed);
  CHECK(entry->at == "1970-01-01T00:00:00.000000Z");
  CHECK(sample_run("r").text.starts_with(journal_beginning));
}

TEST_CASE("a start and an end are read back as they were written") {
  const auto start = parse_journal_line(last_line(sample_run("r").start(job("a b")).text));
  REQUIRE(start);
  CHECK(start->what == journal_entry::kind::start);
  CHECK(start->key == job("a b").key);
  CHECK(start->title() == "echo 'a b'");
  const auto end = parse_journal_line(end_of(exited{3}, verdict::failed));
  REQUIRE(end);
  CHECK(end->what == journal_entry::kind::end);
  CHECK(end->key == job("a").key);
  CHECK(end->judged == verdict::failed);
  CHECK(end->last);
  CHECK(end->attempt == 1);
  CHECK(end->took == std::chrono::milliseconds(1500));
}

TEST_CASE("a time is read back to the microsecond") {
  using std::chrono::microseconds;
  for (const auto time : {microseconds(1), microseconds(63'620), microseconds(999'999),
                          microseconds(1'000'001), microseconds(86'400'000'001)}) {
    const auto end = parse_journal_line(end_of(timed_out{time}, verdict::failed));
    REQUIRE(end);
    CHECK(std::get<timed_out>(end->how).limit == time);
  }
}

TEST_CASE("an end says how the attempt ended") {
  using Catch::Contains;
  CHECK_THAT(end_of(exited{9}, verdict::failed), Contains(R"("outcome":"exited","code":9)"));
  CHECK_THAT(end_of(signaled{9, true}, verdict::failed),
             Contains(R"("outcome":"signaled","signal":9,"core_dumped":true)"));
  CHECK_THAT(end_of(timed_out{std::chrono::seconds(2)}, verdict::failed),
             Contains(R"("outcome":"timed_out","limit":2.000000)"));
  CHECK_THAT(
      end_of(spawn_failed{2, "nope"}, verdict::failed),
      Contains(
          R"("outcome":"spawn_failed","errno":2,"error":"nope: command not found","what":"nope")"));
  CHECK_THAT(end_of(cancelled{true}, verdict::cancelled),
             Contains(R"("outcome":"cancelled","started":true)"));
}

TEST_CASE("bytes that are not UTF-8 leave the journal valid") {
  const std::string text = sample_run("r").start(job("\xff\x01\"")).text;
  CHECK_THAT(text, Catch::Contains("[\"echo\",\"\xef\xbf\xbd\\u0001\\\"\"]"));
  CHECK(parse_journal_line(last_line(text)));
}

TEST_CASE("values of the environment are not in the journal") {
  job_settings settings;
  settings.env = {{"TOKEN", "hunter2"}};
  job_spec j = job("a");
  j.settings = std::make_shared<const job_settings>(settings);
  CHECK(sample_run("r").run(j).text.find("hunter2") == std::string::npos);
}

TEST_CASE("what is no line of a journal is told apart") {
  CHECK_FALSE(parse_journal_line(""));
  CHECK_FALSE(parse_journal_line("{}"));
  CHECK_FALSE(parse_journal_line(R"({"type":"run","crc":"00000000"})"));
  CHECK_FALSE(parse_journal_line(std::string(4096, '\0')));
}
