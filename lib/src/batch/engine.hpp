/// Runs a batch: takes jobs from a source, feeds them into the scheduler, has an executor run them,
/// and tells observers what happens.
///
/// It knows no processes, no terminals and no signals: an executor runs attempts, a router takes
/// their output, and anything that happens outside is reported to take(). Two things flow back:
/// when the pending places are full, the source is not read, and a stop ends what runs. Decisions
/// are pure and made elsewhere (stop_machine, start_gate, halt_policy, retry_policy); this acts on
/// them.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include <weir/awaitable.hpp>
#include <weir/event.hpp>
#include <weir/executor.hpp>
#include <weir/notice.hpp>
#include <weir/output_sink.hpp>
#include <weir/run_result.hpp>
#include <weir/scheduler.hpp>
#include <weir/source.hpp>

#include "batch/engine_settings.hpp"
#include "batch/halt_policy.hpp"
#include "batch/job_life.hpp"
#include "batch/median_timeout.hpp"
#include "batch/needs.hpp"
#include "batch/start_claims.hpp"
#include "batch/start_failures.hpp"
#include "batch/start_gate.hpp"
#include "batch/start_tokens.hpp"
#include "batch/stop_machine.hpp"
#include "loop/completion.hpp"
#include "loop/timer_queue.hpp"

namespace weir {

class engine final : public inbox {
 public:
  /// All references must outlive the engine.
  engine(loop_executor loop, timer_queue& timers, const engine_settings& settings, source& jobs,
         executor& runner, output_router& output, std::vector<observer*> observers);
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;
  ~engine();

  /// Runs everything. Completes when every accepted job has had its job_ended, or when stopping was
  /// given up; jobs may still be running then.
  awaitable<> run();

  /// The one way in from outside, at any time, from the loop's thread. Observers are told of
  /// everything; once the run is over, that is all that happens.
  void take(const notice& what) override;

  /// How the run ended, as far as is known: an output may still fail when no job runs any more.
  const run_result& result() const noexcept { return result_; }

  /// Called before each start of a process, so that notices from outside are seen even in a rush of
  /// starts.
  std::function<void()> look_outside;

 private:
  void hear(const stop_asked& e);
  void hear(const suspended& e);
  void hear(const resumed& e);
  void hear(const output_failed& e);
  void hear(const record_failed& e);
  void hear(const room_missing& e);
  void hear(const start_possible& e);
  void hear(const limit_changed& e);
  void hear(const label_capacity& e);
  static std::string label_pool(std::string_view label);
  job_options options_of(const job_settings& settings) const;
  void hear(const limit_set& e);
  void hear(const starts_paused& e);
  void hear(const memory_short& e);
  void hear(const jobs_unwanted& e);
  void hear(const job_wanted& e);
  void hear(const waiting_asked& e);
  void hear(const total_known& e);
  void hear(const process_stuck& e);
  void hear(const auto& other) { announce(other); }

  scheduler_options scheduler_settings();
  void set_limit(std::optional<std::uint64_t> jobs);
  void read_jobs();
  awaitable<> read_source();
  std::string why_none_added() const;
  using unended_jobs = std::unordered_map<std::uint64_t, const job_spec*>;  ///< by number
  waiting_job waiting(const job_record& job, const unended_jobs& unended) const;
  static std::string needs_of(const job_spec& job, const unended_jobs& unended);
  bool waits_for_pool(const job_settings& settings, waiting_job& to) const;
  void wait_for_slots(unsigned weight, waiting_job& to) const;
  bool try_admit(job_record& job);
  awaitable<> admit(job_record& job);
  awaitable<> take_in(job_record& job);
  awaitable<> wait_for_memory();
  awaitable<> run_job(job_record& job);
  awaitable<> run_started(job_record& job);
  awaitable<bool> pass_gate(job_record& job);
  void leave_gate(const job_record& passed);
  void open_gate();
  void follow_gate();
  awaitable<attempt_result> run_attempt(job_record& job);
  awaitable<> hear_of_stop(const job_record& job, attempt_result& ended);
  bool was_stopped_with(const attempt_result& ended) const;

  job_record& accept(job_spec spec);
  void enter(job_record& job, job_stage next);
  std::optional<duration> timeout_of(const job_record& job) const;
  void rest(job_record& job, attempt_result result, duration delay);
  void finish(job_record& job, attempt_result result);
  void finish_unstarted(job_record& job);
  void end_earlier(job_record& job);
  void end(job_record& job, const attempt_result& result, verdict judged);
  void forget_queued(job_record& job);
  void follow_needs(const needs_graph::step& step);
  void start_ready(job_record& job);
  void decide_halt(verdict judged, bool allowed);
  void stop(stop_request what, const std::string& reason);
  void halt(stop_request what, std::string reason);
  bool is_hopeless(const job_record& failed, const outcome& how);
  void go_on_after_halt();
  bool outlives_halt(const job_record& job) const;
  bool may_run(const job_record& job) const;
  bool is_held(const job_record& job) const;
  void learn_timeout(const attempt_result& result);
  void end_waiting();
  void give_up();
  void follow(stop_action action);
  void end_running(ending how, bool shielded_too);
  void announce(const event& e);
  void announce_stop();
  void arm_deadline();
  void fatal(std::exception_ptr error);
  void complete_if_done();
  running_jobs running() const;

  loop_executor loop_;
  timer_queue& timers_;
  engine_settings settings_;
  source& source_;
  executor& executor_;
  output_router& output_;
  std::vector<observer*> observers_;
  loop_scheduler scheduler_;
  stop_machine stop_;
  halt_policy halt_;
  start_failures start_failures_;
  std::optional<median_timeout> median_timeout_;
  std::string stop_reason_;
  bool halted_ = false;  ///< by --halt, and nothing else has stopped the run since
  std::optional<std::chrono::steady_clock::time_point> stopped_at_;  ///< by anything but --halt
  std::vector<completion*> unjudged_;      ///< ends of attempts that a stop may explain
  const job_record* announced_ = nullptr;  ///< its attempt is being announced, and has not begun
  job_lives lives_;
  needs_graph needs_;
  completion memory_free_;
  start_gate gate_;
  start_pause pause_;
  start_room room_;
  start_stop start_stop_;
  start_limit limit_;
  start_alone alone_;
  std::optional<start_claims> claims_;
  std::optional<start_tokens> tokens_;
  std::uint64_t started_ = 0;  ///< jobs so far
  std::size_t held_ = 0;       ///< jobs at the gate, as observers last heard
  std::string held_by_;        ///< likewise
  timer_queue::timer reopening_;
  timer_queue::timer deadline_;
  completion done_;
  bool over_ = false;  ///< run() has completed
  bool input_ended_ = false;
  std::uint64_t total_ = 0;                ///< jobs, as far as is known
  std::optional<std::uint64_t> foretold_;  ///< total, before all were read
  run_result result_;
  /// Spreads retries; an unpredictable seed would cost 20 µs per start.
  std::minstd_rand random_{static_cast<unsigned>(timers_.time().now().time_since_epoch().count())};
};

}  // namespace weir
