#include "batch/engine.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "batch/retry_policy.hpp"
#include "values/stop_reason.hpp"

namespace weir {

namespace {

/// Lines that are ready are taken in without a pause, but running jobs must get a turn now and
/// then.
constexpr unsigned jobs_between_turns = 16;

/// Pending jobs may take this much memory in total, whatever the pending limit allows: lines can be
/// long.
constexpr std::size_t most_pending_bytes = 4 * 1024 * 1024;

constexpr boost::asio::use_awaitable_t<loop_executor> use_loop{};

}  // namespace

engine::engine(loop_executor loop, timer_queue& timers, const engine_settings& settings,
               source& jobs, executor& runner, output_router& output,
               std::vector<observer*> observers)
    : loop_(loop),
      timers_(timers),
      settings_(settings),
      source_(jobs),
      executor_(runner),
      output_(output),
      observers_(std::move(observers)),
      scheduler_(loop, scheduler_settings()),
      stop_(settings.stop),
      halt_(settings.halt),
      needs_(settings.remembered),
      pause_(settings.delay) {
  if (settings.delay > duration{}) gate_.add(pause_);
  gate_.add(room_);
  gate_.add(start_stop_);
  gate_.add(limit_);
  gate_.add(alone_);
  if (settings.capacity) gate_.add(claims_.emplace(*settings.capacity));
  for (start_holder* const holder : settings.holders) {
    holder->report_to(*this);
    gate_.add(*holder);
  }
  if (settings.tokens != nullptr) {
    settings.tokens->report_to(*this);
    gate_.add(tokens_.emplace(*settings.tokens));
  }
  if (settings.read_first) scheduler_.pause();
  for (const auto& [name, capacity] : settings.pools) scheduler_.set_pool(name, capacity);
  for (const std::string& label : settings.labels) scheduler_.set_pool(label_pool(label), 0);
  if (settings.relative_timeout) median_timeout_.emplace(*settings.relative_timeout);
}

engine::~engine() {
  // The scheduler still has the jobs that were given up: what it reports about them goes nowhere
  // now.
  scheduler_.on_error([](const error_context&) {});
}

scheduler_options engine::scheduler_settings() {
  scheduler_options options;
  options.limit(settings_.limit ? static_cast<std::int64_t>(*settings_.limit) : unlimited);
  options.pending_limit(static_cast<std::int64_t>(settings_.pending_limit));
  options.on_error([this](const error_context& context) { fatal(context.exception); });
  return options;
}

awaitable<> engine::run() {
  read_jobs();
  co_await done_.wait();
  over_ = true;
  deadline_.cancel();  // however long the rest of the run takes, no more jobs are killed
}

/// To the source's end; again when jobs were added behind that.
void engine::read_jobs() {
  input_ended_ = false;
  boost::asio::co_spawn(loop_, read_source(), [this](std::exception_ptr error) {
    if (error && !result_.error) result_.error = error;
    input_ended_ = true;
    scheduler_.resume();
    total_ = result_.accepted;
    announce(input_ended{result_.accepted});
    complete_if_done();
  });
}

awaitable<> engine::read_source() {
  for (unsigned taken = 1;; ++taken) {
    std::optional<job_spec> spec = co_await source_.next();  // none after close()
    if (!spec) break;
    if (spec->earlier == earlier_run::elsewhere) {
      output_.absent(spec->seq);
      if (taken % jobs_between_turns == 0) co_await boost::asio::post(loop_, use_loop);
      continue;
    }
    job_record& job = accept(std::move(*spec));
    if (runs(job.spec.earlier))
      co_await take_in(job);
    else
      end_earlier(job);
    if (taken % jobs_between_turns == 0) co_await boost::asio::post(loop_, use_loop);
  }
}

job_record& engine::accept(job_spec spec) {
  job_record& job = lives_.accept(std::move(spec));
  ++result_.accepted;
  total_ = std::max(total_, result_.accepted);
  announce(job_accepted{job.spec});
  return job;
}

awaitable<> engine::wait_for_memory() {
  while (lives_.pending_bytes() > most_pending_bytes && !stop_.stopping()) {
    scheduler_.resume();
    memory_free_.reset();
    co_await memory_free_.wait();
  }
}

void engine::enter(job_record& job, job_stage next) {
  const bool stops_running = job.stage == job_stage::running;
  lives_.enter(job, next);
  if (stops_running) leave_gate(job);
  if (lives_.pending_bytes() <= most_pending_bytes / 2) memory_free_.complete();
}

/// A pool of the scheduler stands for each label: jobs that wait for it do not hold up others.
std::string engine::label_pool(std::string_view label) {
  return "on\n" + std::string(label);  // no line of a manifest names a pool like this
}

job_options engine::options_of(const job_settings& settings) const {
  job_options options;
  options.priority(settings.priority).weight(settings.weight);
  for (const auto& [pool, units] : settings.pools) options.pool(pool, units);
  if (std::ranges::find(settings_.labels, settings.on) != settings_.labels.end())
    options.pool(label_pool(settings.on), settings.weight);
  return options;
}

/// Nobody waits for the scheduler's jobs here: run_job reports their end itself.
bool engine::try_admit(job_record& job) {
  // A free slot is not enough where no job may wait: it may lack a pool, or more slots.
  if (scheduler_.would_block() || settings_.pending_limit == 0) return false;
  scheduler_.try_spawn(run_job(job), options_of(*job.spec.settings));
  return true;
}

awaitable<> engine::admit(job_record& job) {
  if (scheduler_.would_block()) scheduler_.resume();
  if (!try_admit(job)) co_await scheduler_.spawn(run_job(job), options_of(*job.spec.settings));
}

/// As small as a coroutine can be: a pending job holds this.
awaitable<> engine::run_job(job_record& job) {
  co_await run_started(job);
}

awaitable<> engine::run_started(job_record& job) {
  if (job.stage == job_stage::ended) {
    if (job.queued) forget_queued(job);
    co_return;
  }
  if (is_held(job)) {
    enter(job, job_stage::held);
    co_return;
  }
  bool passed = false;
  if (may_run(job)) {
    enter(job, job_stage::starting);
    passed = gate_.pass(job.spec, timers_.now());
    if (!passed) passed = co_await pass_gate(job);
    if (job.stage == job_stage::ended) co_return;
    if (look_outside) look_outside();
  }
  // A job still pending when the run is stopped never starts, but has its final event all the same.
  if (!may_run(job)) {
    if (passed) leave_gate(job);
    finish_unstarted(job);
    co_return;
  }
  if (is_held(job)) {  // the halt came while it waited at the gate
    leave_gate(job);
    enter(job, job_stage::held);
    co_return;
  }
  enter(job, job_stage::running);
  job.start = ++started_;
  for (;;) {
    attempt_result result = co_await run_attempt(job);
    co_await hear_of_stop(job, result);
    if (job.stage == job_stage::ended) co_return;
    const auto delay =
        job.last_attempt ? std::nullopt : retry_after(result.how, job.attempts, *job.spec.settings);
    const bool goes_on = delay && may_run(job);
    if (!goes_on) {
      if (delay) result.how = ended_by_itself(result.how);  // as if between two attempts
      finish(job, std::move(result));
      co_return;
    }
    std::string tail;
    if (job.sink != nullptr && settings_.tail_of_failed) tail = output_.attempt_ended(*job.sink);
    announce(attempt_failed{job.spec, job.attempts, job.slot, result, *delay, tail});
    if (*delay > duration{}) {
      rest(job, std::move(result), *delay);
      co_return;
    }
  }
}

awaitable<attempt_result> engine::run_attempt(job_record& job) {
  attempt_result result;
  try {
    ++job.attempts;
    if (job.sink == nullptr) job.sink = output_.open(job.spec, job.slot);
    announced_ = &job;
    announce(attempt_started{job.spec, job.attempts, job.slot, timers_.time().now()});
    announced_ = nullptr;
    // A journal that could not record the start stops the run: the job must not be started then.
    if (!may_run(job)) {
      result = ended_now(timers_.time(), cancelled{false});
      --job.attempts;
      co_return result;
    }
    result = co_await executor_.run({job.spec, job.attempts, job.slot, timeout_of(job), job.sink},
                                    job.attempt);
  } catch (...) {
    announced_ = nullptr;
    fatal(std::current_exception());
    result.how = cancelled{true};
  }
  job.attempt = nullptr;
  job.stopped_for_memory = false;
  co_return result;
}

std::optional<duration> engine::timeout_of(const job_record& job) const {
  if (job.spec.settings->timeout || !median_timeout_) return job.spec.settings->timeout;
  return median_timeout_->limit();
}

/// Waits for the job's turn to start, or until it must not run any more.
awaitable<bool> engine::pass_gate(job_record& job) {
  start_gate::turn turn{job};
  gate_.wait(turn);
  follow_gate();
  co_await turn.over.wait();
  co_return turn.passed;
}

/// What it took is free for those that wait.
void engine::leave_gate(const job_record& passed) {
  gate_.ended(passed.spec);
  if (gate_.waiting() > 0) open_gate();
}

void engine::open_gate() {
  gate_.open(timers_.now());
  follow_gate();
}

/// Reports what jobs wait for at the gate, and sees to it that they go on.
void engine::follow_gate() {
  if (held_ != gate_.waiting() || held_by_ != gate_.held_by()) {
    held_ = gate_.waiting();
    held_by_ = gate_.held_by();
    announce(starts_held{held_, held_by_});
  }
  const auto again = gate_.asks_again();
  if (!again) return reopening_.cancel();
  if (reopening_.scheduled()) return;
  timers_.schedule_at(reopening_, *again, [this] { open_gate(); });
}

/// Meanwhile the slot is free for others.
void engine::rest(job_record& job, attempt_result result, duration delay) {
  enter(job, job_stage::resting);
  job.resting->last = std::move(result);
  const double random = std::generate_canonical<double, 16>(random_);
  timers_.schedule(job.resting->over, with_jitter(delay, random),
                   [this, &job] { start_ready(job); });
}

void engine::finish(job_record& job, attempt_result result) {
  const std::uint64_t seq = job.spec.seq;
  if (auto* const gone = std::get_if<cancelled>(&result.how)) gone->by_ctl = job.unwanted;
  const verdict judged = judge(result.how, *job.spec.settings);
  const bool tolerated = job.spec.settings->allow_failure;
  const bool hopeless = is_hopeless(job, result.how);
  end(job, result, judged);  // job no longer exists
  if (settings_.needs && (!stop_.stopping() || halted_))
    follow_needs(needs_.ended(seq, judged, tolerated));
  if (!stop_.stopping()) decide_halt(judged, tolerated);
  if (hopeless && !stop_.stopping()) halt(stop_request::finish, std::string(reason_unstartable));
  if (stop_.waits_for_shields()) follow(stop_.job_ended(timers_.now(), running()));
  go_on_after_halt();
  complete_if_done();
}

/// The job must not run any more. Between two attempts it is cancelled as if it were running: it
/// might still have succeeded, so that a resumed run has to try it again.
void engine::finish_unstarted(job_record& job) {
  const bool rests = job.stage == job_stage::resting;
  attempt_result result =
      rests ? std::move(job.resting->last) : ended_now(timers_.time(), cancelled{});
  result.how = cancelled{job.attempts > 0};
  finish(job, std::move(result));
}

/// Emits the job's final event, whatever it was doing.
void engine::end(job_record& job, const attempt_result& result, verdict judged) {
  const bool ran = job.attempts > 0;
  enter(job, job_stage::ended);
  std::string tail;
  if (job.sink != nullptr)
    tail = output_.close(*job.sink, judged, judged == verdict::failed && settings_.tail_of_failed);
  else if (!ran)
    output_.absent(job.spec.seq);
  result_.jobs.count(judged, job.spec.settings->allow_failure);
  if (outlives_halt(job) && judged == verdict::failed && !job.spec.settings->allow_failure)
    ++result_.failed_after_halt;
  if (median_timeout_ && ran && judged == verdict::succeeded) learn_timeout(result);
  announce(job_ended{job.spec, judged, job.attempts, job.slot, result, tail});
  if (!job.queued) lives_.forget(job);
}

/// The scheduler has come to a job that had ended before its turn.
void engine::forget_queued(job_record& job) {
  lives_.forget(job);
  complete_if_done();
}

/// Applies the learnt timeout to running jobs, too: the first ones could hang for ever.
void engine::learn_timeout(const attempt_result& result) {
  if (!median_timeout_->learn(result.ended - result.started)) return;
  for (const job_record* job : lives_.with_slot())
    if (job->attempt != nullptr && !job->spec.settings->timeout)
      job->attempt->limit_time(*median_timeout_->limit());
}

void engine::announce(const event& e) {
  for (observer* o : observers_) o->on(e);
}

void engine::complete_if_done() {
  if (input_ended_ && lives_.all().empty()) done_.complete();
}

}  // namespace weir
