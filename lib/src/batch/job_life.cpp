#include "batch/job_life.hpp"

#include <cassert>
#include <iterator>
#include <utility>

namespace weir {

namespace {

/// What a pending job takes besides its text: record, coroutine, place in the scheduler.
constexpr std::size_t bytes_of_a_pending_job = 900;

std::size_t bytes_of(const job_spec& spec) {
  return bytes_of_a_pending_job + spec.argv.bytes().size() + spec.text.size() + spec.name.size() +
         spec.tag.size() + (spec.item ? spec.item->size() : 0);
}

}  // namespace

job_record& job_lives::accept(job_spec spec) {
  job_record& job = jobs_.emplace_back(std::move(spec));
  job.place_ = std::prev(jobs_.end());
  job.bytes_ = bytes_of(job.spec);
  pending_bytes_ += job.bytes_;
  if (job.spec.added) ++added_waiting_;
  return job;
}

void job_lives::enter(job_record& job, job_stage next) {
  const job_stage last = std::exchange(job.stage, next);
  assert(last != job_stage::ended);
  if (last == job_stage::needing) needing_.erase(job.spec.seq);
  if (last == job_stage::resting) job.resting.reset();
  if (has_slot(last) && !has_slot(next)) give_back_slot(job);

  if (next == job_stage::needing) needing_.emplace(job.spec.seq, &job);
  if (next == job_stage::resting) job.resting = std::make_unique<job_record::rest>();
  if (has_slot(next) || next == job_stage::ended) waits_no_more(job);
  if (has_slot(next) && !has_slot(last)) take_slot(job);
}

void job_lives::waits_no_more(job_record& job) {
  if (job.bytes_ == 0) return;
  pending_bytes_ -= std::exchange(job.bytes_, 0);
  if (job.spec.added) --added_waiting_;
}

void job_lives::forget(job_record& job) {
  assert(job.stage == job_stage::ended);
  if (given_up_)
    kept_.splice(kept_.end(), jobs_, job.place_);
  else
    jobs_.erase(job.place_);
}

std::vector<job_record*> job_lives::in(job_stage stage) {
  std::vector<job_record*> found;
  for (job_record& job : jobs_)
    if (job.stage == stage) found.push_back(&job);
  return found;
}

job_record* job_lives::needing(std::uint64_t seq) {
  const auto found = needing_.find(seq);
  return found != needing_.end() ? found->second : nullptr;
}

void job_lives::take_slot(job_record& job) {
  job.with_slot_ = with_slot_.size();
  with_slot_.push_back(&job);
  if (free_slots_.empty()) {
    job.slot = ++slots_;
  } else {
    job.slot = free_slots_.top();
    free_slots_.pop();
  }
}

void job_lives::give_back_slot(job_record& job) {
  with_slot_.back()->with_slot_ = job.with_slot_;
  std::swap(with_slot_[job.with_slot_], with_slot_.back());
  with_slot_.pop_back();
  free_slots_.push(job.slot);
}

attempt_result ended_now(const time_source& time, outcome how) {
  attempt_result result;
  result.how = std::move(how);
  result.started = result.ended = time.now();
  result.started_at = time.wall_now();
  return result;
}

}  // namespace weir
