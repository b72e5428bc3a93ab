#include "report/records/record_set.hpp"
#include "record_bench.hpp"
#include "report/records/journal.hpp"

#include <utility>

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
  std::size_t rows(const std::string& name) const {
    const std::string text = bench.read(name);
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  record_bench bench;
  boost::asio::io_context loop;
  timer_queue timers{loop.get_executor()};
  record_set all{timers};
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

}  // namespace

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
  const auto ended = [&] {
    const std::string text = bench.read("j");
    std::size_t count = 0;
    for (auto at = text.find("\"final\":true"); at != std::string::npos;
         at = text.find("\"final\":true", at + 1))
      ++count;
    return count;
  };
  for (const std::uint64_t seq : {1U, 2U}) end(all, words(seq, {"x"}), 1, 1);
  late.ends_one = true;
  loop.poll();
  CHECK(ended() == 1);
  end(all, words(4, {"x"}), 1, 1);
  late.late = 0;
  all.finish();
  CHECK(ended() == 4);
}
