#include <weir/detail/scheduler_core.hpp>

#include <stdexcept>
#include <utility>

#include <weir/scheduler_error.hpp>

namespace weir::detail {

namespace {

constexpr std::size_t index(phase p) {
  return static_cast<std::size_t>(p);
}

void require_limits(const scheduler_options& options) {
  if (options.limit() < 1) throw std::invalid_argument("scheduler: limit must be at least 1");
  if (options.pending_limit() < 0)
    throw std::invalid_argument("scheduler: pending_limit must not be negative");
  if (options.close_timeout().count() < 0 || options.wait_timeout().count() < 0)
    throw std::invalid_argument("scheduler: a timeout must not be negative");
}

/// Prefetches the job's record, which has left the caches if thousands were pending ahead of it,
/// while those that are ready before it run: 12 % of an empty job with 10 000 pending.
void fetch(const job_node& job) noexcept {
  constexpr std::size_t line = 64;
  const char* const record = reinterpret_cast<const char*>(&job);
  for (std::size_t at = line; at <= sizeof job; at += line) __builtin_prefetch(record + at, 1);
}

}  // namespace

scheduler_core::scheduler_core(scheduler_options options)
    : options_((require_limits(options), std::move(options))),
      handler_(std::make_shared<exception_handler>(options_.on_error())),
      admission_(options_.limit()) {}

scheduler_core::~scheduler_core() = default;

void scheduler_core::require_open(const char* operation) const {
  if (life_ != life::open) throw scheduler_error(scheduler_errc::closed, operation);
}

intrusive_list<job_node>* scheduler_core::list_of(phase p) noexcept {
  switch (p) {
    case phase::blocked:
      return &blocked_;
    case phase::ready:
      return &ready_;
    case phase::running:
      return &running_;
    case phase::shield_ready:
      return &shield_ready_;
    case phase::shield_running:
      return &shield_running_;
    default:
      return nullptr;  // admission has the pending jobs; the others are in no list
  }
}

/// The only place where a job changes its phase.
void scheduler_core::enter(job_node& job, phase to, bool as_first) {
  if (job.at == phase::pending)
    admission_.remove(job);
  else
    job.unlink();
  --counts_[index(job.at)];
  job.at = to;
  ++counts_[index(to)];
  if (to == phase::pending) {
    admission_.push(job);
  } else if (auto* const list = list_of(to)) {
    as_first ? list->push_front(job) : list->push_back(job);
  }
}

void scheduler_core::prepare(job_node& job, const job_options* special) {
  require_open("spawn");
  if (job.timeout.count() <= 0)
    throw std::invalid_argument("spawn: a job's timeout must be above zero");
  job.claims = special == nullptr ? &admission_.intern_common() : &admission_.intern(*special);
  job.id = ++last_id_;
  job.references.fetch_add(1, std::memory_order_relaxed);  // the scheduler's own; see close_node
  ++counts_[index(phase::fresh)];
}

bool scheduler_core::would_block() const noexcept {
  if (count(phase::blocked) > 0) return true;
  const bool pending_full =
      static_cast<std::int64_t>(count(phase::pending)) >= options_.pending_limit();
  return pending_full && (admission_.saturated() || !admission_.nothing_queued());
}

/// Starts the job or makes it wait; false if there is no room for it: then it is still where it
/// was, except for its position in a list.
bool scheduler_core::place(job_node& job) {
  if (admission_.nothing_queued() && admission_.fits(*job.claims)) {
    start(job);
    return true;
  }
  const phase before = job.at;
  const bool room = static_cast<std::int64_t>(count(phase::pending)) < options_.pending_limit();
  if (!room && admission_.saturated()) return false;
  enter(job, phase::pending);
  if (admission_.pick() == &job) {
    start(job);
    return true;
  }
  if (!room) enter(job, before, true);
  return room;
}

void scheduler_core::accepted(job_node& job) {
  ++counters_.spawned;
  tell(scheduler_event::kind::spawned, job);
  if (job.at == phase::ready) tell(scheduler_event::kind::started, job);
}

bool scheduler_core::submit(job_node& job) {
  if (count(phase::blocked) > 0 || !place(job)) {
    enter(job, phase::blocked);
    return false;
  }
  accepted(job);
  return true;
}

bool scheduler_core::try_submit(job_node& job) {
  if (count(phase::blocked) > 0 || !place(job)) {
    job.ended_as = fate::never_started;
    close_node(job);
    return false;
  }
  accepted(job);
  return true;
}

void scheduler_core::submit_shield(job_node& job) {
  if (life_ >= life::closing) throw scheduler_error(scheduler_errc::closed, "shield");
  job.timeout = forever;
  job.references.fetch_add(1, std::memory_order_relaxed);
  ++counts_[index(phase::fresh)];
  enter(job, phase::shield_ready);
  post_pump();
}

void scheduler_core::start(job_node& job) {
  admission_.take(*job.claims);
  enter(job, phase::ready);
  fetch(job);
  post_pump();
}

/// Starts what may start, and lets blocked spawners in, in their order. Calls no user code except
/// observers.
void scheduler_core::settle() {
  for (;;) {
    while (job_node* const next = admission_.pick()) {
      start(*next);
      tell(scheduler_event::kind::started, *next);
    }
    job_node* const first = blocked_.front();
    if (first == nullptr || !place(*first)) return;
    accepted(*first);
    if (waiter* const spawner = std::exchange(first->spawner, nullptr)) wake(*spawner);
  }
}

job_node* scheduler_core::take_ready() {
  const bool shield = !shield_ready_.empty();
  job_node* const job = shield ? shield_ready_.front() : ready_.front();
  if (job == nullptr) return nullptr;
  enter(*job, shield ? phase::shield_running : phase::running);
  job->started = std::exchange(time_known_, false) ? last_end_ : std::chrono::steady_clock::now();
  counters_.started += !shield;
  return job;
}

void scheduler_core::count_end(job_node& job) {
  const bool counted = job.claims != nullptr;
  switch (job.ended_as) {
    case fate::succeeded:
      ++ended_.finished;
      counters_.succeeded += counted;
      break;
    case fate::failed:
      ++ended_.failed;
      counters_.failed += counted;
      break;
    case fate::cancelled:
      ++ended_.cancelled;
      counters_.cancelled += counted;
      break;
    default:
      ++ended_.never_started;
      counters_.never_started += counted;
  }
}

/// The job leaves the scheduler, the next ones start, its own failure is reported, then it is
/// closed.
void scheduler_core::finish(job_node& job, std::exception_ptr error, bool aborted) {
  if (!error) {
    job.ended_as = fate::succeeded;
  } else if (aborted && !job.timed_out) {
    job.ended_as = fate::cancelled;
  } else {
    job.ended_as = fate::failed;
    if (aborted)
      error = std::make_exception_ptr(
          scheduler_error(scheduler_errc::timed_out, "job \"" + job_view(job).name() + '"'));
    job.error = std::move(error);
  }
  const bool shield = job.claims == nullptr;
  if (!shield) admission_.give_back(*job.claims);
  enter(job, phase::ending);
  count_end(job);
  const bool failed = job.ended_as == fate::failed;
  const bool first_failure =
      failed && !shield && options_.policy() == failure_policy::fail_fast && life_ == life::open;
  if (first_failure) fail_fast(job);
  settle();
  if (failed && !first_failure && job.listeners == 0) report_failure(job);
  close_node(job);
}

void scheduler_core::fail_fast(job_node& job) {
  first_failed_ = job_ptr(&job);
  stop();
  cancel_all(boost::asio::cancellation_type::terminal);
}

void scheduler_core::end_unstarted(job_node& job) {
  if (job.at == phase::ready) admission_.give_back(*job.claims);
  const bool counted = job.at != phase::blocked;
  enter(job, phase::ending);
  job.ended_as = fate::never_started;
  if (counted) count_end(job);
  job.drop_body();
  close_node(job);
}

/// The end of every job, however it came here; gives up the scheduler's own reference, so the
/// record may be gone afterwards.
void scheduler_core::close_node(job_node& job) {
  const bool known = job.at == phase::ending && job.claims != nullptr && job.spawner == nullptr;
  enter(job, phase::closed);
  --counts_[index(phase::closed)];  // closed jobs belong to whoever holds them
  job.ended = last_end_ = std::chrono::steady_clock::now();
  time_known_ = true;
  if (job.claims != nullptr) admission_.release(*std::exchange(job.claims, nullptr));
  if (known) tell(scheduler_event::kind::ended, job);
  if (waiter* const spawner = std::exchange(job.spawner, nullptr)) {
    spawner->refused = true;
    wake(*spawner);
  }
  wake_all(job.waiters);
  when_idle();
  if (job.references.fetch_sub(1, std::memory_order_acq_rel) == 1) job.dispose();
}

void scheduler_core::wake(waiter& w) {
  w.unlink();
  w.woken = true;
  if (w.on_wake != nullptr)
    w.on_wake(w);
  else
    post(std::move(w.parked));
}

void scheduler_core::when_idle() {
  if (!idle()) return;
  wake_all(idle_waiters);
  if (life_ == life::closing) complete_close();
}

std::vector<job_view> scheduler_core::snapshot() const {
  std::vector<job_view> jobs;
  jobs.reserve(active() + count(phase::pending));
  const auto add = [&jobs](job_node& job) { jobs.emplace_back(job); };
  running_.each(add);
  ready_.each(add);
  admission_.each(add);
  return jobs;
}

}  // namespace weir::detail
