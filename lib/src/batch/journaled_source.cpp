#include "batch/journaled_source.hpp"

#include "input/journal/job_key.hpp"

namespace weir {

awaitable<std::optional<job_spec>> journaled_source::next() {
  std::optional<job_spec> job = co_await jobs_->next();
  if (job) {
    job->key = key_of(*job, here_);
    job->earlier = decide(job->key);
  }
  co_return job;
}

earlier_run journaled_source::decide(const job_key& key) {
  const earlier_run earlier = history_.next(key);
  if (earlier == earlier_run::failed && settings_.failed_again) return earlier_run::failed_again;
  if (earlier == earlier_run::unfinished && settings_.unfinished_again)
    return earlier_run::interrupted_again;
  return earlier;
}

}  // namespace weir
