#include "batch/engine.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "batch/retry_policy.hpp"

namespace weir {

namespace {

/// Lines that are ready are taken in without a pause: now and then the jobs that run must have a
/// turn.
constexpr unsigned jobs_between_turns = 16;

constexpr boost::asio::use_awaitable_t<loop_executor> use_loop{};

job_options options_of(const job_settings& settings) {
  job_options options;
  options.priority(settings.priority).weight(settings.weight);
  for (const auto& [pool, units] : settings.pools) options.pool(pool, units);
  return options;
}

}  // namespace

/// A job from its acceptance to its final event. Ten thousand of them may wait: it is kept small.
struct engine::record {
  explicit record(job_spec s) : spec(std::move(s)) {}

  /// Between two attempts.
  struct pause {
    attempt_result last;
    system::timer_queue::timer over;
  };

  job_spec spec;
  records::iterator place;
  running_attempt* attempt = nullptr;  ///< while one runs
  output_sink* sink = nullptr;         ///< from the first start, unless output is inherited
  unsigned attempts = 0;
  unsigned slot = 0;
  std::optional<std::size_t> running_at;  ///< index in running_, while it has a slot
  std::unique_ptr<pause> backoff;
};

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
      halt_(settings.halt) {
  if (settings.relative_timeout) median_timeout_.emplace(*settings.relative_timeout);
}

engine::~engine() = default;

scheduler_options engine::scheduler_settings() {
  scheduler_options options;
  options.limit = settings_.limit ? static_cast<std::int64_t>(*settings_.limit) : unlimited;
  options.pending_limit = static_cast<std::int64_t>(settings_.pending_limit);
  options.on_error = [this](const error_context& context) { fatal(context.exception); };
  return options;
}

awaitable<run_result> engine::run() {
  boost::asio::co_spawn(loop_, read_source(), [this](std::exception_ptr error) {
    if (error && !result_.error) result_.error = error;
    input_ended_ = true;
    total_ = result_.accepted;
    announce(input_ended{result_.accepted});
    complete_if_done();
  });
  co_await done_.wait([] {});
  co_return std::move(result_);
}

awaitable<> engine::read_source() {
  for (unsigned taken = 1; !stop_.stopping(); ++taken) {
    std::optional<job_spec> spec = co_await source_.next();
    if (!spec) break;
    record& job = add(std::move(*spec));
    co_await admit(job);
    if (taken % jobs_between_turns == 0) co_await boost::asio::post(loop_, use_loop);
  }
}

engine::record& engine::add(job_spec spec) {
  record& job = jobs_.emplace_back(std::move(spec));
  job.place = std::prev(jobs_.end());
  ++result_.accepted;
  total_ = std::max(total_, result_.accepted);
  announce(job_accepted{job.spec});
  return job;
}

awaitable<> engine::admit(record& job) {
  job_options options = options_of(*job.spec.settings);
  // Nobody waits for the scheduler's jobs here: run_job tells their end itself.
  if (!scheduler_.would_block())
    scheduler_.try_spawn(run_job(job), std::move(options));
  else
    co_await scheduler_.spawn(run_job(job), std::move(options));
}

/// As small as a coroutine can be: this is what a pending job holds.
awaitable<> engine::run_job(record& job) {
  co_await run_started(job);
}

awaitable<> engine::run_started(record& job) {
  if (!stop_.stopping()) {
    begin(job);
    if (settings_.delay > duration{}) co_await keep_apart();
    if (before_start) before_start();
  }
  // What is still pending when the run is stopped never starts, but has its final event all the
  // same.
  if (stop_.stopping()) {
    finish_unstarted(job);
    co_return;
  }
  for (;;) {
    attempt_result result = co_await run_attempt(job);
    const auto delay =
        stop_.stopping() ? std::nullopt : retry_after(result.how, job.attempts, *job.spec.settings);
    if (!delay) {
      finish(job, std::move(result));
      co_return;
    }
    announce(attempt_failed{job.spec, job.attempts, job.slot, result, *delay});
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
  const bool ran = job.attempts > 0;
  const verdict judged = judge(result.how, *job.spec.settings);
  if (job.running_at) leave_slot(job);
  std::string tail;
  if (job.sink != nullptr)
    tail = output_.close(*job.sink, judged == verdict::failed && settings_.tail_of_failed);
  else if (!ran)
    output_.absent(job.spec.seq);
  count(judged, job.spec.settings->allow_failure);
  if (median_timeout_ && judged == verdict::succeeded) learn_timeout(result);
  if (judged == verdict::cancelled || judged == verdict::failed)
    result_.unsuccessful_jobs.push_back(job.spec.seq);
  announce(job_ended{job.spec, judged, job.attempts, job.slot, result, tail});
  jobs_.erase(job.place);  // job is gone

  if (!stop_.stopping()) decide_halt(judged);
  if (stop_.waits_for_shields())
    follow(stop_.job_ended(std::chrono::steady_clock::now(), running()));
  complete_if_done();
}

void engine::finish_unstarted(record& job) {
  attempt_result result;
  if (job.backoff) {
    result = std::move(job.backoff->last);
  } else {
    result.how = cancelled{job.attempts > 0};
    result.started = result.ended = std::chrono::steady_clock::now();
    result.started_at = std::chrono::system_clock::now();
  }
  finish(job, std::move(result));
}

void engine::count(verdict judged, bool tolerated) {
  switch (judged) {
    case verdict::succeeded:
      ++result_.succeeded;
      break;
    case verdict::failed:
      ++(tolerated ? result_.tolerated : result_.failed);
      break;
    case verdict::skipped:
      ++result_.skipped;
      break;
    case verdict::cancelled:
      ++result_.cancelled;
      break;
    case verdict::not_started:
      ++result_.not_started;
      break;
  }
}

/// Those that run already are held to what was learnt, too: the first ones could hang for ever.
void engine::learn_timeout(const attempt_result& result) {
  if (!median_timeout_->learn(result.ended - result.started)) return;
  for (const record* job : running_)
    if (job->attempt != nullptr && !job->spec.settings->timeout)
      job->attempt->limit_time(*median_timeout_->limit());
}

void engine::decide_halt(verdict judged) {
  const auto urgency = halt_.ended(judged, total_);
  if (urgency == halt_rule::urgency::never) return;
  stop(urgency == halt_rule::urgency::now ? stop_request::halt : stop_request::finish, "--halt");
}

running_jobs engine::running() const {
  running_jobs now{static_cast<unsigned>(running_.size()), shielded_, {}};
  for (const record* job : running_)
    now.longest_close_timeout =
        std::max(now.longest_close_timeout,
                 job->spec.settings->close_timeout.value_or(settings_.close_timeout));
  return now;
}

void engine::stop(stop_request what, std::string reason) {
  const bool first = !stop_.stopping();
  if (first) {
    result_.stopped = true;
    stop_reason_ = std::move(reason);
  }
  const auto action = stop_.request(what, std::chrono::steady_clock::now(), running());
  if (first) {
    source_.close();
    end_backoffs();
  }
  follow(action);
  complete_if_done();
}

/// A job between two attempts is not tried again: how the last one went is how it ended.
void engine::end_backoffs() {
  std::vector<record*> waiting;
  for (record& job : jobs_)
    if (job.backoff) waiting.push_back(&job);
  for (record* job : waiting) finish_unstarted(*job);
}

/// What would not die is reported as cancelled; nothing is waited for any more.
void engine::give_up() {
  result_.gave_up = true;
  std::vector<record*> left;
  for (record& job : jobs_) left.push_back(&job);
  for (record* job : left) {
    if (job->attempt != nullptr) job->attempt->abandon();
    attempt_result result;
    result.how = cancelled{job->running_at && job->attempts > 0};
    result.ended = std::chrono::steady_clock::now();
    finish(*job, std::move(result));
  }
  done_.complete();
}

/// Says it, then does it.
void engine::follow(stop_action action) {
  if (action == stop_action::none) return;
  announce_stop();
  switch (action) {
    case stop_action::none:
    case stop_action::start_nothing:
      break;
    case stop_action::end_unshielded:
      end_running(ending::terminate, false);
      break;
    case stop_action::end_all:
      end_running(ending::terminate, true);
      break;
    case stop_action::kill_all:
      end_running(ending::kill, true);
      break;
    case stop_action::give_up:
      return give_up();
  }
  arm_deadline();
}

void engine::end_running(ending how, bool shielded_too) {
  // Ending one may complete others: the list is not walked while it changes.
  std::vector<running_attempt*> attempts;
  for (const record* job : running_)
    if (job->attempt != nullptr && (shielded_too || !job->spec.settings->shield))
      attempts.push_back(job->attempt);
  for (running_attempt* attempt : attempts) attempt->end(how);
}

void engine::arm_deadline() {
  const auto deadline = stop_.deadline();
  if (!deadline) return deadline_.cancel();
  timers_.schedule(deadline_, *deadline - std::chrono::steady_clock::now(),
                   [this] { follow(stop_.expired(std::chrono::steady_clock::now(), running())); });
}

void engine::announce_stop() {
  announce(stop_changed{stop_.phase(), running().all, stop_.waits_for_shields() ? shielded_ : 0,
                        stop_.waits_for_shields() ? stop_.deadline() : std::nullopt, stop_reason_});
}

void engine::suspend() {
  announce(suspended{});
  timers_.pause();
  for (const record* job : running_)
    if (job->attempt != nullptr) job->attempt->suspend();
}

void engine::resume() {
  for (const record* job : running_)
    if (job->attempt != nullptr) job->attempt->resume();
  timers_.resume();
  announce(resumed{});
}

void engine::announce(const event& e) {
  for (observer* o : observers_) o->on(e);
}

void engine::fatal(std::exception_ptr error) {
  if (!result_.error) result_.error = error;
  stop(stop_request::kill, "internal error");
}

void engine::complete_if_done() {
  if (input_ended_ && jobs_.empty()) done_.complete();
}

}  // namespace weir
