#include "batch/journaled_source.hpp"

#include "input/journal/job_key.hpp"

namespace weir {

awaitable<std::optional<job_spec>> journaled_source::next() {
  std::optional<job_spec> job = co_await jobs_->next();
  if (job) {
    job->key = key_of(*job, here_);
    job->earlier = history_.next(job->key);
    if (job->earlier == earlier_run::unknown)
      ++strangers_;
    else
      looks_for_strangers_ = false;
    job->earlier_end = history_.end_of(job->key, job->earlier);
    job->earlier = decide(job->earlier);
    if (job->earlier == earlier_run::unfinished)
      job->earlier_end = std::make_shared<const outcome>(skipped{"it had started, without an end"});
  }
  if (looks_for_strangers_) look_for_strangers(!job);
  co_return job;
}

void journaled_source::look_for_strangers(bool all) {
  if (strangers_ == 0 || known_ == 0 || (!all && strangers_ < enough_to_tell)) return;
  looks_for_strangers_ = false;
  if (on_strangers) on_strangers(strangers_, known_, all);
}

earlier_run journaled_source::decide(earlier_run earlier) const {
  if (earlier == earlier_run::failed && settings_.failed_again) return earlier_run::failed_again;
  if (earlier == earlier_run::unfinished && settings_.unfinished_again)
    return earlier_run::interrupted_again;
  return earlier;
}

}  // namespace weir
