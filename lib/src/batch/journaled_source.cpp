#include "batch/journaled_source.hpp"

#include <weir/error.hpp>

#include "input/journal/job_key.hpp"
#include "text/escape.hpp"

namespace weir {

namespace {

constexpr std::size_t longest_shown = 200;

std::string count(std::uint64_t jobs) {
  return std::to_string(jobs) + (jobs == 1 ? " job" : " jobs");
}

}  // namespace

void journaled_source::report_to(inbox& to) {
  inbox_ = &to;
  jobs_->report_to(to);
}

/// What was added comes again where it came before, so that later jobs keep their numbers, or at
/// the end.
awaitable<std::optional<job_spec>> journaled_source::next_known() {
  std::optional<job_spec> job;
  for (bool more = true; more;) {
    while (!added_.empty() && added_.front().first <= given_ + 1) add_again();
    job = co_await jobs_->next();
    more = !job && !added_.empty();
    if (more) add_again();
  }
  ++given_;
  co_return job;
}

void journaled_source::add_again() {
  const std::string line = std::move(added_.front().second);
  added_.pop_front();
  try {
    jobs_->add_line(line, std::numeric_limits<std::size_t>::max());
  } catch (const usage_error& error) {
    if (inbox_ != nullptr)
      inbox_->take(warning{
          name_ + ": a job that weir ctl add gave to an earlier run is left out: " + error.what() +
          "; it was " + escape_and_clip(line, longest_shown)});
  }
}

awaitable<std::optional<job_spec>> journaled_source::next() {
  std::optional<job_spec> job = co_await next_known();
  if (job && job->earlier == earlier_run::elsewhere) co_return job;
  if (job) {
    job->key = key_of(*job, here_);
    job->earlier = history_.next(job->key, job->seq);
    if (job->earlier == earlier_run::unknown)
      strangers_ += job->added ? 0 : 1;
    else
      looks_for_strangers_ = false;
    job->earlier_end = history_.end_of(job->key, job->earlier);
    job->earlier = decide(job->earlier);
    if (known_ > 0) job->earlier = needs_.decide(*job, history_.lines_of(job->key));
    if (job->earlier == earlier_run::unfinished)
      job->earlier_end = std::make_shared<const outcome>(skipped{"it started but did not end"});
  }
  if (looks_for_strangers_) look_for_strangers(!job);
  co_return job;
}

void journaled_source::look_for_strangers(bool all) {
  if (strangers_ == 0 || known_ == 0 || (!all && strangers_ < enough_to_tell)) return;
  looks_for_strangers_ = false;
  if (inbox_ != nullptr) inbox_->take(warning{text_about_strangers(all)});
}

/// Reports that the jobs of the input are not those of the journal.
std::string journaled_source::text_about_strangers(bool all) const {
  if (all && known_ == 1)
    return "the only job recorded in " + name_ + " is not in this input; everything will run";
  if (all)
    return "none of the " + count(known_) + " recorded in " + name_ +
           " is in this input; everything will run";
  return "none of the first " + count(strangers_) + " in this input is among the " + count(known_) +
         " recorded in " + name_ + ": they all run";
}

earlier_run journaled_source::decide(earlier_run earlier) const {
  if (earlier == earlier_run::failed && settings_.failed_again) return earlier_run::failed_again;
  if (earlier == earlier_run::unfinished && settings_.unfinished_again)
    return earlier_run::interrupted_again;
  return earlier;
}

}  // namespace weir
