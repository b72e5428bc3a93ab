#include "batch/journaled_source.hpp"

#include <variant>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <weir/error.hpp>

#include "input/journal/job_key.hpp"
#include "input/journal/journal_line.hpp"
#include "support/catch.hpp"

using namespace weir;

namespace {

job_spec job_named(const std::string& name) {
  job_spec job;
  job.argv = {"echo", name};
  job.settings = std::make_shared<const job_settings>();
  return job;
}

/// Jobs of that name and number, and what is added.
class named_source final : public source {
 public:
  named_source(std::string name, int count) : name_(std::move(name)), left_(count) {}

  awaitable<std::optional<job_spec>> next() override {
    if (!added_.empty()) {
      job_spec job = job_named(added_.front());
      added_.pop_front();
      job.added = true;
      co_return job;
    }
    if (left_ == 0) co_return std::nullopt;
    co_return job_named(name_ + std::to_string(left_--));
  }
  std::vector<added_job> add_line(std::string_view line, std::size_t) override {
    if (line == "bad") throw usage_error("no such job");
    added_.emplace_back(line);
    return {{1, std::string(line)}};
  }
  void close() override {}

 private:
  std::string name_;
  int left_;
  std::deque<std::string> added_;
};

class heard_warnings final : public inbox {
 public:
  void take(const notice& what) override {
    if (const auto* one = std::get_if<warning>(&what)) texts.push_back(one->text);
  }
  std::vector<std::string> texts;
};

/// A journal in which jobs of that name ended, and lines were added at those numbers.
journal_history history_of(const std::string& name, int jobs,
                           const std::vector<std::pair<std::uint64_t, std::string>>& added = {}) {
  const journal_lines lines("r");
  std::string text;
  lines.add_run(text, {}, 1, false, {});
  for (int i = 1; i <= jobs; ++i) {
    job_spec job = job_named(name + std::to_string(i));
    job.seq = static_cast<std::uint64_t>(i);
    job.key = key_of(job, "/");
    lines.add_start(text, {}, attempt_started{job, 1, 1, {}});
    lines.add_end(text, {}, job_ended{job, verdict::succeeded, 1, 1, {}, {}});
  }
  for (const auto& [seq, line] : added) lines.add_control(text, {}, {"add", line, seq, 1});
  journal_history history;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = rest.find('\n');
    REQUIRE(history.take(rest.substr(0, end)));
    rest.remove_prefix(end + 1);
  }
  history.finish();
  return history;
}

struct read_jobs {
  std::vector<std::string> names;
  std::vector<earlier_run> earlier;
  std::vector<std::string> warnings;
};

read_jobs read_all(std::unique_ptr<source> jobs, journal_history history) {
  read_jobs read;
  heard_warnings heard;
  journaled_source source(std::move(jobs), std::move(history), {}, "/", "the journal");
  source.report_to(heard);
  boost::asio::io_context loop{1};
  boost::asio::co_spawn(
      loop,
      [&]() -> awaitable<> {
        for (;;) {
          std::optional<job_spec> job = co_await source.next();
          if (!job) break;
          read.names.emplace_back(job->argv.at(1));
          read.earlier.push_back(job->earlier);
        }
      },
      [](std::exception_ptr error) { CHECK_FALSE(error); });
  loop.run();
  read.warnings = heard.texts;
  return read;
}

std::vector<std::string> warnings_of(const std::string& name, int jobs, int recorded) {
  return read_all(std::make_unique<named_source>(name, jobs), history_of("old", recorded)).warnings;
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a journal of none of the jobs of the input is told, once") {
  CHECK(warnings_of("new", 3, 2) ==
        texts{"none of the 2 jobs recorded in the journal is in this input; everything will run"});
  CHECK(warnings_of("new", 1, 1) ==
        texts{"the only job recorded in the journal is not in this input; everything will run"});
}

TEST_CASE("a long input is known as another one after a hundred jobs") {
  const texts expected{
      "none of the first 100 jobs in this input is among the 2 jobs recorded in the journal: "
      "they all run"};
  CHECK(warnings_of("new", 100, 2) == expected);
  CHECK(warnings_of("new", 250, 2) == expected);
  CHECK(warnings_of("new", 100, 1) ==
        texts{"none of the first 100 jobs in this input is among the 1 job recorded in the "
              "journal: they all run"});
  CHECK(warnings_of("new", 99, 1) ==
        texts{"the only job recorded in the journal is not in this input; everything will run"});
}

TEST_CASE("a journal with any job of the input, an empty one, and an empty input are as they are") {
  CHECK(warnings_of("old", 90, 1).empty());
  CHECK(warnings_of("old", 2, 5).empty());
  CHECK(warnings_of("new", 3, 0).empty());
  CHECK(warnings_of("new", 0, 3).empty());
}

TEST_CASE("what the journal knows of a job is told with it") {
  const read_jobs read = read_all(std::make_unique<named_source>("old", 3), history_of("old", 2));
  CHECK(read.earlier ==
        std::vector{earlier_run::unknown, earlier_run::succeeded, earlier_run::succeeded});
}

TEST_CASE("what was added to an earlier run comes again at its number, or at the end") {
  const read_jobs read =
      read_all(std::make_unique<named_source>("old", 3),
               history_of("old", 3, {{2, "second"}, {3, "third"}, {9, "last"}, {12, "very last"}}));
  CHECK(read.names == texts{"old3", "second", "third", "old2", "old1", "last", "very last"});
  CHECK(read.warnings.empty());
}

TEST_CASE("added jobs that come again are no sign of another input") {
  std::vector<std::pair<std::uint64_t, std::string>> added;
  for (std::uint64_t i = 1; i <= 150; ++i) added.emplace_back(i, "more" + std::to_string(i));
  CHECK(read_all(std::make_unique<named_source>("old", 1), history_of("old", 1, added))
            .warnings.empty());
}

TEST_CASE("what was added and is refused now is told, and left out") {
  const read_jobs read =
      read_all(std::make_unique<named_source>("old", 1), history_of("old", 1, {{1, "bad"}}));
  CHECK(read.names == texts{"old1"});
  CHECK(read.warnings ==
        texts{"the journal: a job that weir ctl add gave to an earlier run is left out: no such "
              "job; it was bad"});
}
