#include "report/records/record_set.hpp"
#include "record_bench.hpp"
#include "report/records/journal.hpp"

#include <cerrno>
#include <fstream>
#include <map>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace weir {
extern const record_format joblog_format;
extern const record_format results_format;
}  // namespace weir

using namespace weir;
using namespace weir::test;

namespace {

/// A joblog, and results as lines, of one run.
struct two_records {
  two_records() {
    add(joblog_format, "log");
    add(results_format, "r.jsonl");
  }

  void add(const record_format& format, const std::string& name) {
    std::ofstream(bench.path(name)) << "left by another run\n";
    all.add(bench.open(format, name), name, format.wants_output);
  }
  void write(const job_spec& j, std::string_view bytes) {
    all.on(job_output{j, output_stream::out, {bytes.data(), bytes.size()}});
  }
  /// Lets time pass until no more is to be done.
  void work_off() {
    boost::asio::co_spawn(loop, all.work_off(), boost::asio::detached);
    loop.run();
    loop.restart();
  }
  /// So far; only what has been added since the last call is read.
  std::size_t rows(const std::string& name) {
    counted& of = counted_[name];
    std::ifstream file(bench.path(name), std::ios::binary);
    file.seekg(of.bytes);
    for (char byte; file.get(byte); ++of.bytes) of.rows += byte == '\n';
    return of.rows;
  }

  record_bench bench;
  boost::asio::io_context loop;
  timer_queue timers{loop.get_executor()};
  record_set all{timers};

 private:
  struct counted {
    std::streamoff bytes = 0;
    std::size_t rows = 0;
  };
  std::map<std::string, counted> counted_;
};

}  // namespace

TEST_CASE("once a job has started, nothing of another run is in the records") {
  two_records records;
  start(records.all, words(1, {"x"}), 1, 1);
  CHECK(records.bench.read("log").find("another") == std::string::npos);
  CHECK(records.bench.read("r.jsonl").empty());
}

TEST_CASE("also a joblog that is written in large pieces is not ahead of the results") {
  two_records records;
  for (std::uint64_t seq = 1; seq <= 1000; ++seq) {
    end(records.all, words(seq, {std::string(300, 'x')}), 1, 1);
    CHECK(records.rows("log") <= records.rows("r.jsonl") + 1);
  }
  CHECK(records.rows("log") > 500);
}

// Who resumes by the joblog, as in GNU parallel's place, takes a job in it for done.
TEST_CASE("a job is in the joblog only when the results have all that it wrote") {
  two_records records;
  const auto j1 = words(1, {"x"});
  const auto j2 = words(2, {"y"});
  for (const auto& j : {j1, j2}) start(records.all, j, 1, 1);
  const std::string much(std::size_t{5} << 20, 'm');
  records.write(j1, much);
  for (const auto& j : {j1, j2}) end(records.all, j, 1, 5);
  records.loop.run_for(std::chrono::milliseconds(0));
  bool waited = false;
  while (records.rows("log") < 3) {
    CHECK(records.rows("log") <= records.rows("r.jsonl") + 1);
    waited = true;
    records.loop.run_one();
  }
  CHECK(waited);
  CHECK(records.rows("r.jsonl") == 2);
  records.work_off();
  records.all.finish();
  CHECK(records.rows("log") == 3);
}

namespace {

/// Has yet to write something about one job; and when it is to write the ends of jobs, one more
/// ends, as when it fails and the run is stopped.
class late_record final : public record {
 public:
  explicit late_record(observer& all) : all_(all) {}
  end_turn turn() const noexcept override { return end_turn::results; }
  bool holds_ends() const noexcept override { return true; }
  bool puts_off(std::uint64_t seq) const noexcept override { return seq == late; }

  std::uint64_t late = 2;
  bool ends_one = false;

 private:
  void take(const event&) override {}
  void put_out() override {
    if (std::exchange(ends_one, false)) end(all_, words(3, {"z"}), 1, 1);
  }
  void complete() override {}

  observer& all_;
};

/// Results on a disk that is full from some job on.
class full_record final : public record {
 public:
  end_turn turn() const noexcept override { return end_turn::results; }
  bool holds_ends() const noexcept override { return true; }

  bool is_full = false;

 private:
  void take(const event&) override {}
  void put_out() override {
    if (is_full) throw io_error(ENOSPC, "r");
  }
  void complete() override { put_out(); }
};

std::size_t ends_in(const std::string& journal) {
  std::size_t count = 0;
  for (auto at = journal.find("\"final\":true"); at != std::string::npos;
       at = journal.find("\"final\":true", at + 1))
    ++count;
  return count;
}

/// A journal, beside other records.
struct set_with_journal {
  set_with_journal() {
    all.add(std::make_unique<journal>(loop.get_executor(), file, journal_sync::none,
                                      bench.settings("j"), 1, "/"),
            "j", false);
  }
  std::size_t ends() const { return ends_in(bench.read("j")); }
  void end(std::uint64_t seq) {
    weir::test::end(all, words(seq, {"x"}), 1, 1);
    loop.poll();
    loop.restart();
  }

  record_bench bench;
  boost::asio::io_context loop;
  timer_queue timers{loop.get_executor()};
  record_set all{timers};
  journal_file file{bench.path("j")};
};

}  // namespace

// Who resumed the run took such jobs for done, and their results were nowhere.
TEST_CASE("an end that the results could not take is in no record behind them") {
  set_with_journal records;
  records.all.add(records.bench.open(joblog_format, "log"), "log", false);
  auto made = std::make_unique<full_record>();
  full_record& results = *made;
  records.all.add(std::move(made), "r", false);
  records.end(1);
  results.is_full = true;
  for (const std::uint64_t seq : {2U, 3U}) records.end(seq);
  records.all.finish();
  CHECK(records.ends() == 1);
  const std::string log = records.bench.read("log");
  CHECK(std::count(log.begin(), log.end(), '\n') == 2);
}

TEST_CASE("a job whose row waits for the reader of a pipe waits in the journal, too") {
  set_with_journal records;
  const std::string path = records.bench.path("r.jsonl");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const owned_fd reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  const owned_fd writer(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  std::string page(4096, ' ');
  while (::write(writer.value(), page.data(), page.size()) > 0) {
  }
  records.all.add(records.bench.open(results_format, "r.jsonl"), "r.jsonl", true);
  records.end(1);
  CHECK(records.ends() == 0);
  while (::read(reader.value(), page.data(), page.size()) > 0) {
  }
  for (int turns = 0; turns < 100 && records.ends() == 0; ++turns) records.loop.run_one();
  CHECK(records.ends() == 1);
  records.all.finish();
}

// Seed 20261201470009 of the simulation: what ended meanwhile was taken for written, and weir died.
TEST_CASE("a job may end while the journal sees to it that other records have what ended") {
  const record_bench bench;
  boost::asio::io_context loop;
  timer_queue timers(loop.get_executor());
  record_set all(timers);
  journal_file file(bench.path("j"));
  all.add(std::make_unique<journal>(loop.get_executor(), file, journal_sync::none,
                                    bench.settings("j"), 1, "/"),
          "j", false);
  auto made = std::make_unique<late_record>(all);
  late_record& late = *made;
  all.add(std::move(made), "late", false);
  const auto ended = [&] { return ends_in(bench.read("j")); };
  for (const std::uint64_t seq : {1U, 2U}) end(all, words(seq, {"x"}), 1, 1);
  late.ends_one = true;
  loop.poll();
  CHECK(ended() == 1);
  end(all, words(4, {"x"}), 1, 1);
  late.late = 0;
  all.finish();
  CHECK(ended() == 4);
}
