/// The engine on fakes: no process, no file, no clock but for the loop's own.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <fmt/format.h>

#include <weir/error.hpp>

#include "batch/engine.hpp"
#include "support/catch.hpp"

namespace test {

using namespace weir;
using namespace std::chrono_literals;

/// Gives so many jobs, with the settings that they share; each may be changed before it is given.
class counted_source final : public source {
 public:
  counted_source(std::uint64_t count, job_settings settings = {})
      : left_(count), settings_(std::make_shared<const job_settings>(std::move(settings))) {}

  awaitable<std::optional<job_spec>> next() override {
    if (fail_after == given) throw usage_error("line 3: bad");
    if (!closed && !added_.empty()) {
      --added_waiting;
      job_spec job = std::move(added_.front());
      added_.pop_front();
      co_return job;
    }
    if (!closed && left_ == 0 && !ends) co_await going_on_.wait();
    if (fails_at_end && left_ == 0) throw usage_error("line 9: bad");
    if (closed || left_ == 0) co_return std::nullopt;
    --left_;
    job_spec job = numbered(++given);
    if (left_ == 0) job.needs = needs_of_last;
    if (change) {
      job_settings own = *settings_;
      change(job, own);
      job.settings = std::make_shared<const job_settings>(std::move(own));
    }
    co_return job;
  }
  /// Jobs 101, 102, ..., if it takes any.
  std::vector<added_job> add_line(std::string_view line, std::size_t most) override {
    if (!takes_lines) return source::add_line(line, most);
    if (added_waiting >= most) throw usage_error("no room");
    ++added_waiting;
    added_.push_back(numbered(100 + ++added));
    added_.back().added = true;
    return {{added_.back().seq, std::string(line)}};
  }
  void close() override {
    closed = true;
    going_on_.complete();
  }

  std::uint64_t given = 0;
  std::uint64_t added = 0;
  std::size_t added_waiting = 0;
  std::optional<std::uint64_t> fail_after;
  std::vector<need> needs_of_last;
  std::function<void(job_spec&, job_settings&)> change;
  bool ends = true;  ///< else its end comes when it is closed
  bool fails_at_end = false;
  bool takes_lines = false;
  bool closed = false;

 private:
  job_spec numbered(std::uint64_t seq) const {
    job_spec job;
    job.seq = seq;
    job.argv = {"job"};
    job.settings = settings_;
    job.name = "job " + std::to_string(seq);
    return job;
  }

  std::uint64_t left_;
  std::shared_ptr<const job_settings> settings_;
  std::deque<job_spec> added_;
  completion going_on_;
};

/// Attempts that run until the test says how they end.
class scripted_executor final : public executor {
 public:
  explicit scripted_executor(loop_executor l) : loop(l) {}

  struct attempt final : running_attempt {
    std::uint64_t seq = 0;
    unsigned number = 0;
    unsigned slot = 0;
    outcome how;
    completion done;
    std::vector<ending> asked;
    bool shield = false;
    std::vector<std::size_t> asked_before_shields;  ///< for each time that shields were ended
    bool obeys = true;
    bool suspended = false;
    std::optional<duration> limited_to;
    bool abandoned = false;

    void finish(outcome o) {
      how = std::move(o);
      done.complete();
    }
    void end(ending e) override {
      asked.push_back(e);
      if (obeys) finish(cancelled{true});
    }
    bool has_shield() const override { return shield; }
    void end_shields() override { asked_before_shields.push_back(asked.size()); }
    void suspend() override { suspended = true; }
    void resume() override { suspended = false; }
    void limit_time(duration d) override { limited_to = d; }
    void abandon() override { abandoned = true; }
  };

  awaitable<attempt_result> run(attempt_request request, running_attempt*& handle) override {
    ++started;
    attempt a;
    a.seq = request.job.seq;
    a.number = request.attempt;
    a.slot = request.slot;
    a.obeys = obey;
    handle = &a;
    running[a.seq] = &a;
    most = std::max(most, running.size());
    if (immediate) boost::asio::post(loop, [&] { a.finish(immediate(a)); });
    co_await a.done.wait([] {});
    running.erase(a.seq);
    attempt_result result;
    result.how = a.how;
    result.started += 1h;
    result.ended = result.started + took;
    if (ended_in) result.ended = std::chrono::steady_clock::now() + *ended_in;
    co_return result;
  }

  loop_executor loop;
  std::map<std::uint64_t, attempt*> running;
  std::function<outcome(const attempt&)> immediate;
  std::size_t most = 0;
  unsigned started = 0;
  bool obey = true;
  duration took{};
  std::optional<duration> ended_in;  ///< the time of each end, from now
};

/// Keeps nothing: jobs have their output to themselves, or a sink that nobody writes to.
class no_output final : public output_router {
 public:
  output_sink* open(const job_spec&, unsigned) override {
    if (fails) throw std::runtime_error("no room");
    return has_sinks ? &sink_ : nullptr;
  }
  std::string close(output_sink&, verdict, bool want_tail) override {
    return want_tail ? "tail" : "";
  }
  std::string attempt_ended(output_sink&) override { return "tail"; }
  void absent(std::uint64_t seq) override { absent_jobs.push_back(seq); }
  std::vector<std::uint64_t> absent_jobs;
  bool fails = false;
  bool has_sinks = false;

 private:
  class unwritten_sink final : public output_sink {
    flow write(output_stream, std::span<const char>) override { return flow::more; }
    int splice_file(output_stream) override { return -1; }
    flow spliced(output_stream, std::size_t) override { return flow::more; }
  };
  unwritten_sink sink_;
};

class recorder final : public observer {
 public:
  void on(const event& e) override {
    if (const auto* ended = std::get_if<job_ended>(&e)) {
      ++ends[ended->job.seq];
      verdicts[ended->job.seq] = ended->judged;
      attempts[ended->job.seq] = ended->attempts;
      outcomes[ended->job.seq] = ended->result.how;
      if (!ended->tail.empty()) tails.push_back(fmt::format("{} ended", ended->job.seq));
    } else if (const auto* failed = std::get_if<attempt_failed>(&e)) {
      if (!failed->tail.empty()) tails.push_back(fmt::format("{} failed", failed->job.seq));
    } else if (const auto* ready_one = std::get_if<job_ready>(&e)) {
      ready.push_back(ready_one->job.seq);
    } else if (const auto* known = std::get_if<total_known>(&e)) {
      totals.push_back(known->total);
    } else if (const auto* asked_for = std::get_if<stop_asked>(&e)) {
      asked.push_back(asked_for->what);
    } else if (const auto* held = std::get_if<starts_held>(&e)) {
      holds.push_back(fmt::format("{} by {}", held->jobs, held->by));
    } else if (const auto* stop = std::get_if<stop_changed>(&e)) {
      phases.push_back(stop->phase);
      running_at_stop.push_back(stop->running);
      shielded_at_stop.push_back(stop->shielded);
      waits_at_stop.push_back(stop->deadline.has_value());
    }
    if (then) then(e);
  }
  std::function<void(const event&)> then;
  std::map<std::uint64_t, int> ends;
  std::map<std::uint64_t, verdict> verdicts;
  std::map<std::uint64_t, unsigned> attempts;
  std::map<std::uint64_t, outcome> outcomes;
  std::vector<std::string> tails;  ///< of which there were some: "1 failed", "2 ended"
  std::vector<std::uint64_t> ready;
  std::vector<std::uint64_t> totals;
  std::vector<stop_request> asked;
  std::vector<std::string> holds;
  std::vector<stop_phase> phases;
  std::vector<unsigned> running_at_stop;
  std::vector<unsigned> shielded_at_stop;
  std::vector<bool> waits_at_stop;  ///< whether shielded jobs had a deadline
};

struct bench {
  explicit bench(std::uint64_t jobs, engine_settings s = {.limit = 2}, job_settings j = {})
      : settings(std::move(s)), source(jobs, std::move(j)) {}

  void start() {
    batch.emplace(loop.get_executor(), timers, settings, source, runner, output,
                  std::vector<observer*>{&seen});
    boost::asio::co_spawn(loop, batch->run(), [this](std::exception_ptr) {
      result = batch->result();
      finished = true;
      timers.stop();
    });
    turn();
  }
  /// All that can happen without time passing.
  void turn() {
    loop.restart();
    loop.poll();
  }
  /// Waits for timers too.
  void run_out() {
    loop.restart();
    // What was given up leaves the loop with work for ever.
    const auto until = std::chrono::steady_clock::now() + 20s;
    while (!finished && loop.run_one_until(until) > 0) {
    }
    loop.poll();
    REQUIRE(finished);
  }

  boost::asio::io_context loop{1};
  timer_queue timers{loop.get_executor()};
  engine_settings settings;
  counted_source source;
  scripted_executor runner{loop.get_executor()};
  no_output output;
  recorder seen;
  std::optional<engine> batch;
  run_result result;
  bool finished = false;
};

}  // namespace test
