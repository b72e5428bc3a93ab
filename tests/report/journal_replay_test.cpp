#include "report/journal_replay.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "report/sample_events.hpp"
#include "support/catch.hpp"

using namespace weir;
using namespace weir::test;
using words = std::vector<std::string>;

namespace {

const auto began = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};

std::chrono::system_clock::time_point moment(double seconds) {
  return began +
         std::chrono::round<std::chrono::microseconds>(std::chrono::duration<double>(seconds));
}

/// Lines of one run, by the seconds since its start.
struct written {
  std::string text;
  journal_lines lines;

  explicit written(std::string id, bool resumed = false) : lines(std::move(id)) {
    lines.add_run(text, moment(0), 1, resumed, {"/where", "weir x", "weir --file=m.toml --only="});
  }
  written& start(const job_spec& j, double seconds, unsigned attempt = 1) {
    lines.add_start(text, moment(seconds), {j, attempt, 2, at(seconds)});
    return *this;
  }
  written& failed(const job_spec& j, double seconds) {
    lines.add_end(text, moment(seconds), attempt_failed{j, 1, 2, ended_at(seconds, exited{1}), {}});
    return *this;
  }
  written& end(const job_spec& j, double seconds, verdict judged, unsigned attempts = 1) {
    lines.add_end(text, moment(seconds),
                  job_ended{j, judged, attempts, 2, ended_at(seconds, exited{0}), {}});
    return *this;
  }
  written& left(std::uint64_t seq, pid_t pid) {
    lines.add_left(text, moment(8), {seq, pid, "sleep 9"});
    return *this;
  }
  written& added(std::uint64_t seq) {
    lines.add_control(text, moment(1), controlled{"add x", "x", seq});
    return *this;
  }
  written& finish(std::string_view stopped = "") {
    lines.add_finish(text, moment(9), {}, stopped, {}, 4096);
    return *this;
  }
};

/// Each event in a few words, with seconds since the start.
class listener final : public observer {
 public:
  words heard;

 private:
  static double seconds(time_point t) { return std::chrono::duration<double>(t - at(0)).count(); }

  void on(const event& e) override {
    if (const auto* accepted = std::get_if<job_accepted>(&e))
      heard.push_back("accepted " + title(accepted->job));
    if (const auto* started = std::get_if<attempt_started>(&e))
      heard.push_back(fmt::format("started {}.{} in slot {} at {}", started->job.seq,
                                  started->attempt, started->slot, seconds(started->at)));
    if (const auto* failed = std::get_if<attempt_failed>(&e))
      heard.push_back("failed, " + describe(failed->result.how));
    if (const auto* ended = std::get_if<job_ended>(&e))
      heard.push_back(fmt::format("{} {} from {} to {}", title(ended->job),
                                  to_string(ended->judged), seconds(ended->result.started),
                                  seconds(ended->result.ended)));
    if (const auto* left = std::get_if<process_left>(&e))
      heard.push_back(fmt::format("job {} left {}: {}", left->seq, left->pid, left->command));
    if (const auto* started = std::get_if<attempt_started>(&e);
        started && !started->job.settings->again.empty())
      heard.push_back("again by " + started->job.settings->again);
    if (const auto* stop = std::get_if<stop_changed>(&e)) heard.push_back("by " + stop->reason);
  }
};

words told(const std::string& journal) {
  std::vector<journal_entry> entries;
  for (std::size_t from = 0; from < journal.size();) {
    const auto to = journal.find('\n', from);
    const auto entry = parse_journal_line(std::string_view(journal).substr(from, to - from));
    REQUIRE(entry);
    entries.push_back(*entry);
    from = to + 1;
  }
  journal_survey survey;
  for (const auto& e : entries) survey.take(e);
  CHECK(survey.started_at() == began);
  CHECK(survey.command() == "weir x");
  const run_identity run("", at(0), survey.started_at());
  listener all;
  journal_replay replay(run, survey.run(), all);
  for (const auto& e : entries) replay.take(e);
  replay.finish();
  return all.heard;
}

}  // namespace

TEST_CASE("a run is told again as its journal knows it") {
  const job_spec j = job(1, "make it");
  const written all = written("r")
                          .start(j, 1)
                          .failed(j, 2)
                          .start(j, 3, 2)
                          .end(j, 4, verdict::succeeded, 2)
                          .finish("SIGINT");
  CHECK(told(all.text) == words{"accepted make it", "started 1.1 in slot 2 at 1", "failed, exit 1",
                                "started 1.2 in slot 2 at 3", "make it succeeded from 3 to 4",
                                "by SIGINT"});
}

TEST_CASE("what a killed run was doing is told as cancelled when its journal ends") {
  const written all =
      written("r").start(job(1, "a"), 1).start(job(2, "b"), 2).end(job(1), 5, verdict::succeeded);
  const auto heard = told(all.text);
  REQUIRE(heard.size() == 7);
  CHECK(heard[5].starts_with("by kill -9 or a crash"));
  CHECK(heard[6] == "b cancelled from 2 to 5");
}

TEST_CASE("of several runs in a journal the last is told") {
  const job_spec j = job(1, "a");
  const written first = written("first").start(j, 1).end(j, 2, verdict::failed).finish();
  const written second = written("second", true).start(j, 3).end(j, 4, verdict::succeeded).finish();
  CHECK(told(first.text + second.text) ==
        words{"accepted a", "started 1.1 in slot 2 at 3", "a succeeded from 3 to 4"});
}

TEST_CASE("a job that never ran is told by its number, which is all that a journal has of it") {
  const written all = written("r").end(job(3), 1, verdict::skipped, 0).finish();
  CHECK(told(all.text) == words{"job 3 skipped from 0 to 1"});
}

TEST_CASE(
    "a replayed run knows how jobs of its manifest are run again, and what was left running") {
  job_spec named = job(1, "a");
  named.name = "build";
  job_spec more = job(2, "b");
  more.name = "added";
  const written all =
      written("r").added(2).start(named, 1).end(named, 2, verdict::succeeded).left(1, 77).finish();
  CHECK(told(all.text) == words{"accepted build", "started 1.1 in slot 2 at 1",
                                "again by weir --file=m.toml --only=",
                                "build succeeded from 1 to 2", "job 1 left 77: sleep 9"});
  const auto heard = told(written("r").added(2).start(more, 3).finish().text);
  CHECK(std::ranges::find(heard, "again by weir --file=m.toml --only=") == heard.end());
}

TEST_CASE("the least memory that a run can have told is known from its end") {
  const auto floor_of = [](const std::string& journal) {
    journal_survey survey;
    for (std::size_t from = 0; from < journal.size();) {
      const auto to = journal.find('\n', from);
      survey.take(*parse_journal_line(std::string_view(journal).substr(from, to - from)));
      from = to + 1;
    }
    return survey.floor();
  };
  CHECK(floor_of(written("r").finish().text) == 4096);
  CHECK(floor_of(written("r").finish().text + written("s").text) == 0);
}
