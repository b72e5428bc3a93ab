#include "batch/engine.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "batch/engine_record.hpp"
#include "batch/retry_policy.hpp"

namespace weir {

namespace {

/// Lines that are ready are taken in without a pause: now and then the jobs that run must have a
/// turn.
constexpr unsigned jobs_between_turns = 16;

/// Pending jobs may take this much memory in all, whatever the pending limit allows: lines can be
/// long.
constexpr std::size_t most_pending_bytes = 4 * 1024 * 1024;
/// What a pending job takes besides its text: record, coroutine, place in the scheduler.
constexpr std::size_t bytes_of_a_pending_job = 900;

constexpr boost::asio::use_awaitable_t<loop_executor> use_loop{};

/// Of what came to its end without a process.
attempt_result ended_now(outcome how) {
  attempt_result result;
  result.how = std::move(how);
  result.started = result.ended = std::chrono::steady_clock::now();
  result.started_at = std::chrono::system_clock::now();
  return result;
}

job_options options_of(const job_settings& settings) {
  job_options options;
  options.priority(settings.priority).weight(settings.weight);
  for (const auto& [pool, units] : settings.pools) options.pool(pool, units);
  return options;
}

}  // namespace

engine::engine(loop_executor loop, system::timer_queue& timers, const engine_settings& settings,
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
      needs_(settings.remembered) {
  if (settings.read_first) scheduler_.pause();
  for (const auto& [name, capacity] : settings.pools) scheduler_.set_pool(name, capacity);
  if (settings.relative_timeout) median_timeout_.emplace(*settings.relative_timeout);
}

engine::~engine() {
  // Jobs that were given up are the scheduler's still: what it says of them has nowhere to go now.
  scheduler_.on_error([](const error_context&) {});
}

scheduler_options engine::scheduler_settings() {
  scheduler_options options;
  options.limit(settings_.limit ? static_cast<std::int64_t>(*settings_.limit) : unlimited);
  options.pending_limit(static_cast<std::int64_t>(settings_.pending_limit));
  options.on_error([this](const error_context& context) { fatal(context.exception); });
  return options;
}

awaitable<run_result> engine::run() {
  boost::asio::co_spawn(loop_, read_source(), [this](std::exception_ptr error) {
    if (error && !result_.error) result_.error = error;
    input_ended_ = true;
    scheduler_.resume();
    total_ = result_.accepted;
    announce(input_ended{result_.accepted});
    complete_if_done();
  });
  co_await done_.wait([] {});
  deadline_.cancel();  // whatever the rest of the run takes, no job is killed any more
  co_return std::move(result_);
}

awaitable<> engine::read_source() {
  for (unsigned taken = 1; reads_on(); ++taken) {
    std::optional<job_spec> spec = co_await source_.next();
    if (!spec) break;
    record& job = add(std::move(*spec));
    if (runs(job.spec.earlier))
      co_await take_in(job);
    else
      end_earlier(job);
    if (taken % jobs_between_turns == 0) co_await boost::asio::post(loop_, use_loop);
  }
}

engine::record& engine::add(job_spec spec) {
  record& job = jobs_.emplace_back(std::move(spec));
  job.place = std::prev(jobs_.end());
  job.bytes = bytes_of_a_pending_job + job.spec.argv.bytes().size() + job.spec.text.size() +
              job.spec.name.size() + job.spec.tag.size() +
              (job.spec.item ? job.spec.item->size() : 0);
  pending_bytes_ += job.bytes;
  ++result_.accepted;
  total_ = std::max(total_, result_.accepted);
  announce(job_accepted{job.spec});
  return job;
}

awaitable<> engine::wait_for_memory() {
  while (pending_bytes_ > most_pending_bytes && !stop_.stopping()) {
    scheduler_.resume();
    memory_free_.reset();
    co_await memory_free_.wait([] {});
  }
}

void engine::left_pending(record& job) {
  pending_bytes_ -= std::exchange(job.bytes, 0);
  if (pending_bytes_ <= most_pending_bytes / 2 || stop_.stopping()) memory_free_.complete();
}

/// Nobody waits for the scheduler's jobs here: run_job tells their end itself.
bool engine::try_admit(record& job) {
  if (scheduler_.would_block()) return false;
  scheduler_.try_spawn(run_job(job), options_of(*job.spec.settings));
  return true;
}

awaitable<> engine::admit(record& job) {
  if (scheduler_.would_block()) scheduler_.resume();
  if (!try_admit(job)) co_await scheduler_.spawn(run_job(job), options_of(*job.spec.settings));
}

/// As small as a coroutine can be: this is what a pending job holds.
awaitable<> engine::run_job(record& job) {
  co_await run_started(job);
}

awaitable<> engine::run_started(record& job) {
  if (job.given_up) co_return;
  if (is_held(job)) {
    held_.push_back(&job);
    co_return;
  }
  if (may_run(job)) {
    begin(job);
    if (settings_.delay > duration{}) co_await keep_apart();
    if (before_start) before_start();
  }
  // What is still pending when the run is stopped never starts, but has its final event all the
  // same.
  if (!may_run(job)) {
    finish_unstarted(job);
    co_return;
  }
  for (;;) {
    attempt_result result = co_await run_attempt(job);
    if (job.given_up) co_return;
    const auto delay = may_run(job) && !job.last_attempt
                           ? retry_after(result.how, job.attempts, *job.spec.settings)
                           : std::nullopt;
    if (!delay) {
      finish(job, std::move(result));
      co_return;
    }
    std::string tail;
    if (job.sink != nullptr && settings_.tail_of_failed) tail = output_.attempt_ended(*job.sink);
    announce(attempt_failed{job.spec, job.attempts, job.slot, result, *delay, tail});
    if (*delay > duration{}) {
      wait_to_try_again(job, std::move(result), *delay);
      co_return;
    }
  }
}

awaitable<attempt_result> engine::run_attempt(record& job) {
  attempt_result result;
  try {
    ++job.attempts;
    if (job.sink == nullptr) job.sink = output_.open(job.spec, job.slot);
    announce(attempt_started{job.spec, job.attempts, job.slot, std::chrono::steady_clock::now()});
    // A journal that could not take the start stops the run: the job must not be started then.
    if (!may_run(job)) {
      result = ended_now(cancelled{false});
      --job.attempts;
      co_return result;
    }
    result = co_await executor_.run({job.spec, job.attempts, job.slot, timeout_of(job), job.sink},
                                    job.attempt);
  } catch (...) {
    fatal(std::current_exception());
    result.how = cancelled{true};
  }
  job.attempt = nullptr;
  co_return result;
}

std::optional<duration> engine::timeout_of(const record& job) const {
  if (job.spec.settings->timeout || !median_timeout_) return job.spec.settings->timeout;
  return median_timeout_->limit();
}

void engine::begin(record& job) {
  left_pending(job);
  job.running_at = running_.size();
  running_.push_back(&job);
  if (job.spec.settings->shield) ++shielded_;
  if (free_slots_.empty()) {
    job.slot = ++slots_;
  } else {
    job.slot = free_slots_.top();
    free_slots_.pop();
  }
}

void engine::leave_slot(record& job) {
  running_.back()->running_at = job.running_at;
  std::swap(running_[*job.running_at], running_.back());
  running_.pop_back();
  job.running_at.reset();
  if (job.spec.settings->shield) --shielded_;
  free_slots_.push(job.slot);
}

awaitable<> engine::keep_apart() {
  const auto now = std::chrono::steady_clock::now();
  const auto at = std::max(now, next_start_);
  next_start_ = at + settings_.delay;
  if (at == now) co_return;
  system::timer_queue::timer pause;
  system::completion over;
  timers_.schedule(pause, at - now, [&over] { over.complete(); });
  co_await over.wait([] {});
}

/// The slot is free for others meanwhile.
void engine::wait_to_try_again(record& job, attempt_result result, duration delay) {
  leave_slot(job);
  job.backoff = std::make_unique<record::pause>();
  job.backoff->last = std::move(result);
  const double random = std::generate_canonical<double, 16>(random_);
  timers_.schedule(job.backoff->over, with_jitter(delay, random), [this, &job] {
    job.backoff.reset();
    boost::asio::co_spawn(loop_, admit(job), [this](std::exception_ptr error) {
      if (error) fatal(error);
    });
  });
}

void engine::finish(record& job, attempt_result result) {
  const std::uint64_t seq = job.spec.seq;
  const verdict judged = judge(result.how, *job.spec.settings);
  const bool tolerated = job.spec.settings->allow_failure;
  const bool hopeless = is_hopeless(job, result.how);
  settle(job, std::move(result));  // job is gone
  if (settings_.needs && (!stop_.stopping() || halted_))
    follow_needs(needs_.ended(seq, judged, tolerated));
  if (!stop_.stopping()) decide_halt(judged, tolerated);
  if (hopeless && !stop_.stopping()) halt(stop_request::finish, "repeated failures to start jobs");
  if (stop_.waits_for_shields())
    follow(stop_.job_ended(std::chrono::steady_clock::now(), running()));
  go_on_after_halt();
  complete_if_done();
}

/// The job's final event.
void engine::settle(record& job, attempt_result result) {
  const bool ran = job.attempts > 0;
  const verdict judged = judge(result.how, *job.spec.settings);
  if (job.bytes > 0) left_pending(job);
  if (job.running_at) leave_slot(job);
  std::string tail;
  if (job.sink != nullptr)
    tail = output_.close(*job.sink, judged, judged == verdict::failed && settings_.tail_of_failed);
  else if (!ran)
    output_.absent(job.spec.seq);
  result_.jobs.count(judged, job.spec.settings->allow_failure);
  if (outlives_halt(job) && judged == verdict::failed && !job.spec.settings->allow_failure)
    ++result_.failed_after_halt;
  if (median_timeout_ && judged == verdict::succeeded) learn_timeout(result);
  announce(job_ended{job.spec, judged, job.attempts, job.slot, result, tail});
  job.given_up = result_.gave_up;
  if (job.given_up)
    // Its coroutine may be about to go on: the attempt may have ended in this very turn.
    given_up_.splice(given_up_.end(), jobs_, job.place);
  else
    jobs_.erase(job.place);
}

void engine::finish_unstarted(record& job) {
  finish(job, job.backoff ? std::move(job.backoff->last) : ended_now(cancelled{job.attempts > 0}));
}

/// Those that run already are held to what was learnt, too: the first ones could hang for ever.
void engine::learn_timeout(const attempt_result& result) {
  if (!median_timeout_->learn(result.ended - result.started)) return;
  for (const record* job : running_)
    if (job->attempt != nullptr && !job->spec.settings->timeout)
      job->attempt->limit_time(*median_timeout_->limit());
}

void engine::announce(const event& e) {
  for (observer* o : observers_) o->on(e);
}

void engine::complete_if_done() {
  if (input_ended_ && jobs_.empty()) done_.complete();
}

}  // namespace weir
