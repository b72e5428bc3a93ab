#include "batch/journaled_source.hpp"

#include "input/journal/job_key.hpp"

namespace weir {

awaitable<std::optional<job_spec>> journaled_source::next() {
  std::optional<job_spec> job = co_await jobs_->next();
  if (job) {
    job->key = key_of(*job, here_);
    job->earlier = history_.next(job->key);
    job->earlier_end = history_.end_of(job->key, job->earlier);
    job->earlier = decide(job->earlier);
    if (job->earlier == earlier_run::unfinished)
      job->earlier_end = std::make_shared<const outcome>(skipped{"it had started, without an end"});
  }
  co_return job;
}

earlier_run journaled_source::decide(earlier_run earlier) const {
  if (earlier == earlier_run::failed && settings_.failed_again) return earlier_run::failed_again;
  if (earlier == earlier_run::unfinished && settings_.unfinished_again)
    return earlier_run::interrupted_again;
  return earlier;
}

}  // namespace weir
