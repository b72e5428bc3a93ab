// Ending jobs from outside, and changing which may start.
#include <stdexcept>
#include <utility>

#include <weir/detail/scheduler_core.hpp>
#include <weir/scheduler_error.hpp>

namespace weir::detail {

using boost::asio::cancellation_type;

bool scheduler_core::drop(job_node& job) {
  const bool unstarted =
      job.at == phase::blocked || job.at == phase::pending || job.at == phase::ready;
  if (!unstarted) return false;
  end_unstarted(job);
  settle();
  return true;
}

bool scheduler_core::cancel(job_node& job, cancellation_type type) {
  if (job.at == phase::closed || job.at == phase::ending) return false;
  if (drop(job)) return true;
  ask_to_end(job, type);
  return true;
}

void scheduler_core::ask_to_end(job_node& job, cancellation_type type) {
  job.cancel_requested = true;
  if ((type & cancellation_type::terminal) != cancellation_type::none) job.must_end = true;
  interrupt(job, type);
}

void scheduler_core::run_out_of_time(job_node& job) {
  if (job.at != phase::running || job.must_end) return;
  job.timed_out = true;
  interrupt(job, cancellation_type::terminal);
}

bool scheduler_core::reprioritise(job_node& job, int priority) {
  if (job.at != phase::pending) return false;
  admission_.remove(job);
  job.priority = priority;
  admission_.push(job, true);
  settle();
  return true;
}

void scheduler_core::drop_all(phase which) {
  while (job_node* const job = which == phase::pending ? admission_.any() : list_of(which)->front())
    end_unstarted(*job);
}

std::size_t scheduler_core::drop_pending() {
  const std::size_t dropped = count(phase::pending);
  drop_all(phase::pending);
  settle();
  return dropped;
}

/// The current list, to be walked while user code changes it.
std::vector<job_ptr> scheduler_core::copy_of(phase which) {
  std::vector<job_ptr> jobs;
  jobs.reserve(count(which));
  list_of(which)->each([&jobs](job_node& job) { jobs.emplace_back(&job); });
  return jobs;
}

/// Cancellation may run anything attached to a job's cancellation slot.
void scheduler_core::cancel_running(phase which, cancellation_type type) {
  for (const job_ptr& job : copy_of(which))
    if (job->at == which) ask_to_end(*job, type);
}

void scheduler_core::cancel_all(cancellation_type type) {
  drop_all(phase::pending);
  drop_all(phase::ready);
  cancel_running(phase::running, type);
}

void scheduler_core::set_limit(std::int64_t limit) {
  if (limit < 1) throw std::invalid_argument("set_limit: the limit must be at least 1");
  options_.limit(limit);
  admission_.set_limit(limit);
  settle();
}

void scheduler_core::set_paused(bool paused) {
  admission_.set_paused(paused);
  settle();
}

void scheduler_core::set_pool(std::string_view name, std::int64_t capacity) {
  if (capacity < 0) throw std::invalid_argument("set_pool: the capacity must not be negative");
  admission_.set_pool(name, capacity);
  settle();
}

}  // namespace weir::detail
