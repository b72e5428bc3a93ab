#include "record_bench.hpp"

namespace weir {
extern const record_format joblog_format;
}

using namespace weir;
using namespace weir::test;

namespace {

const std::string heading =
    "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";

/// The log of one job that ended so, without its heading.
std::string row(verdict judged, outcome how, job_spec j = words(7, {"gzip", "a b"})) {
  const record_bench bench;
  const auto log = bench.open(joblog_format, "log");
  attempt_result result = ended_at(12.5, std::move(how), 2.25);
  result.bytes = 42;
  log->on(job_ended{j, judged, 1, 3, result, ""});
  log->finish();
  const std::string text = bench.read("log");
  REQUIRE(text.substr(0, heading.size()) == heading);
  return text.substr(heading.size());
}

}  // namespace

TEST_CASE("the job log has GNU parallel's nine columns") {
  CHECK(row(verdict::failed, exited{3}) ==
        "7\t:\t1767225610.250\t     2.250\t0\t42\t3\t0\tgzip 'a b'\n");
}

TEST_CASE("in the job log no job that was killed or timed out looks like a success") {
  CHECK(row(verdict::failed, signaled{9}).find("\t-1\t9\tgzip") != std::string::npos);
  CHECK(row(verdict::failed, timed_out{}).find("\t-1\t15\tgzip") != std::string::npos);
  CHECK(row(verdict::cancelled, cancelled{true, true}).find("\t-1\t0\tgzip") != std::string::npos);
  CHECK(row(verdict::cancelled, cancelled{true, true, 15}).find("\t-1\t15\tgzip") !=
        std::string::npos);
  CHECK(row(verdict::failed, spawn_failed{ENOENT, "gzip"}).find("\t127\t0\tgzip") !=
        std::string::npos);
}

TEST_CASE("a job that never ran has no row in the job log") {
  const record_bench bench;
  const auto log = bench.open(joblog_format, "log");
  drop(*log, words(1, {"true"}));
  drop(*log, words(2, {"true"}), verdict::skipped);
  log->finish();
  CHECK(bench.read("log") == heading);
}

TEST_CASE("a job that the run's end cut off has no row in the job log") {
  CHECK(row(verdict::cancelled, cancelled{true}).empty());
}

TEST_CASE("a command line of several lines stays one row of the job log") {
  const std::string text = row(verdict::succeeded, exited{0}, words(1, {"printf", "a\n\tb"}));
  CHECK(text.find("printf \"$(printf 'a\\012\\011b')\"\n") != std::string::npos);
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
}

TEST_CASE("the slot's number is filled in where the command line has it") {
  job_spec j = words(1, {"run", "s"});
  j.slot_marks = {{1, 1}};
  CHECK(row(verdict::succeeded, exited{0}, j).find("\trun s3\n") != std::string::npos);
}

TEST_CASE("a job log is emptied when it is opened, and private when it is new") {
  const record_bench bench;
  std::ofstream(bench.path("log")) << "old\n";
  bench.open(joblog_format, "log")->finish();
  CHECK(bench.read("log") == heading);
  bench.open(joblog_format, "new")->finish();
  using std::filesystem::perms;
  CHECK(std::filesystem::status(bench.path("new")).permissions() ==
        (perms::owner_read | perms::owner_write));
}

TEST_CASE("a job log that cannot be opened is the user's mistake") {
  const record_bench bench;
  CHECK_THROWS_AS(bench.open(joblog_format, "missing/log"), usage_error);
}

TEST_CASE("a disk that fills up is told once, and nothing is written after it") {
  const run_identity run;
  record_settings settings{run, "/dev/full", 1u};
  const auto log = joblog_format.open(settings);
  int told = 0;
  log->failed = [&](const io_error& error) {
    ++told;
    CHECK(error.code().value() == ENOSPC);
    CHECK(std::string(error.what()).find("/dev/full") != std::string::npos);
  };
  log->flush();
  end(*log, words(1, {"true"}), 1, 1);
  log->flush();
  log->finish();
  CHECK(told == 1);
}
