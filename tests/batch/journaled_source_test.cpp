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
  /// \param on_end called when there are no more.
  named_source(std::string name, int count, std::function<void()> on_end = {})
      : name_(std::move(name)), left_(count), on_end_(std::move(on_end)) {}

  awaitable<std::optional<job_spec>> next() override {
    if (!added_.empty()) {
      job_spec job = job_named(added_.front());
      added_.pop_front();
      job.added = true;
      co_return job;
    }
    if (left_ == 0 && on_end_) on_end_();
    if (left_ == 0) co_return std::nullopt;
    job_spec job = job_named(name_ + std::to_string(left_--));
    job.seq = ++given_;
    if (chained_) job.name = job.argv.at(1);
    if (chained_ && given_ > 1) job.needs = {{given_ - 1}};
    co_return job;
  }
  /// From now on each needs the one before.
  void chain() { chained_ = true; }
  std::vector<added_job> add_line(std::string_view line, std::size_t) override {
    if (line == "bad") throw usage_error("no such job");
    added_.emplace_back(line);
    return {{1, std::string(line)}};
  }
  void close() override {}

 private:
  std::string name_;
  int left_;
  std::uint64_t given_ = 0;
  bool chained_ = false;
  std::function<void()> on_end_;
  std::deque<std::string> added_;
};

class heard_warnings final : public inbox {
 public:
  void take(const notice& what) override {
    if (const auto* one = std::get_if<warning>(&what)) texts.push_back(one->text);
  }
  std::vector<std::string> texts;
};

/// A journal in which jobs of that name ended so, and lines were added at those numbers.
/// \param judged none: they did not end.
journal_history history_of(const std::string& name, int jobs,
                           const std::vector<std::pair<std::uint64_t, std::string>>& added = {},
                           std::optional<verdict> judged = verdict::succeeded) {
  const journal_lines lines("r");
  std::string text;
  lines.add_run(text, {}, 1, false, {});
  for (int i = 1; i <= jobs; ++i) {
    job_spec job = job_named(name + std::to_string(i));
    job.seq = static_cast<std::uint64_t>(i);
    job.key = key_of(job, "/");
    lines.add_start(text, {}, attempt_started{job, 1, 1, {}});
    attempt_result result;
    result.how = exited{judged == verdict::failed ? 1 : 0};
    if (judged) lines.add_end(text, {}, job_ended{job, *judged, 1, 1, result, {}});
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
  std::vector<std::shared_ptr<const outcome>> ends;
  std::vector<std::string> warnings;
};

read_jobs read_all(journaled_source& source) {
  read_jobs read;
  heard_warnings heard;
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
          read.ends.push_back(job->earlier_end);
        }
      },
      [](std::exception_ptr error) { CHECK_FALSE(error); });
  loop.run();
  read.warnings = heard.texts;
  return read;
}

read_jobs read_all(std::unique_ptr<source> jobs, journal_history history,
                   resume_settings settings = {}) {
  journaled_source source(std::move(jobs), std::move(history), settings, "/", "the journal");
  return read_all(source);
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

TEST_CASE("a job that failed, or did not end, runs again where that is asked for") {
  const bool again = GENERATE(false, true);
  const auto old = [&](std::optional<verdict> judged) {
    return read_all(std::make_unique<named_source>("old", 1), history_of("old", 1, {}, judged),
                    {.failed_again = again, .unfinished_again = again});
  };
  const read_jobs failed = old(verdict::failed);
  CHECK(failed.earlier[0] == (again ? earlier_run::failed_again : earlier_run::failed));
  REQUIRE(failed.ends[0]);
  CHECK(*failed.ends[0] == outcome(exited{1}));
  const read_jobs unfinished = old(std::nullopt);
  CHECK(unfinished.earlier[0] ==
        (again ? earlier_run::interrupted_again : earlier_run::unfinished));
  if (again) return;
  REQUIRE(unfinished.ends[0]);
  CHECK(*unfinished.ends[0] == outcome(skipped{"it started but did not end"}));
}

TEST_CASE("a run that is stopped before its input has ended says nothing of other jobs") {
  journaled_source* reads = nullptr;
  auto jobs = std::make_unique<named_source>("new", 3, [&] { reads->close(); });
  journaled_source source(std::move(jobs), history_of("old", 2, {{9, "bad"}}), {}, "/",
                          "the journal");
  reads = &source;
  const read_jobs read = read_all(source);
  CHECK(read.names == texts{"new3", "new2", "new1"});
  CHECK(read.warnings.empty());
}

TEST_CASE("what nobody hears is left unsaid") {
  auto jobs = std::make_unique<named_source>("new", 1);
  journaled_source source(std::move(jobs), history_of("old", 1, {{1, "bad"}}), {}, "/", "it");
  boost::asio::io_context loop{1};
  std::size_t read = 0;
  boost::asio::co_spawn(
      loop,
      [&]() -> awaitable<> {
        for (;;) {
          const std::optional<job_spec> job = co_await source.next();
          if (!job) break;
          ++read;
        }
      },
      [](std::exception_ptr error) { CHECK_FALSE(error); });
  loop.run();
  CHECK(read == 1);
}

TEST_CASE("what needs a job that is new runs again, also if it alone is in the journal") {
  auto jobs = std::make_unique<named_source>("old", 2);  // 2, then 1
  jobs->chain();
  CHECK(read_all(std::move(jobs), history_of("old", 1)).earlier ==
        std::vector{earlier_run::unknown, earlier_run::succeeded_again});
}
