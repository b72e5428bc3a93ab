#include "batch/resumed_needs.hpp"

#include <algorithm>

namespace weir {

namespace {

/// A job that may have done anything or nothing does not run again against its user's wish.
earlier_run again(earlier_run earlier) {
  switch (earlier) {
    case earlier_run::succeeded:
      return earlier_run::succeeded_again;
    case earlier_run::failed:
      return earlier_run::failed_again;
    case earlier_run::skipped:
      return earlier_run::skipped_again;
    default:
      return earlier;
  }
}

}  // namespace

verdict judged_earlier(earlier_run earlier) {
  if (earlier == earlier_run::succeeded) return verdict::succeeded;
  return earlier == earlier_run::skipped ? verdict::skipped : verdict::failed;
}

earlier_run resumed_needs::decide(const job_spec& job, journal_history::end_lines ends) {
  if (job.name.empty() && job.needs.empty()) return job.earlier;
  const bool outdated = is_outdated(job, ends);
  const earlier_run now = outdated ? again(job.earlier) : job.earlier;
  needed_job is{outdated, ends.first};
  if (!runs(now))
    keep(job, now);
  else if (!outdated)
    is.changes = starts(job);
  if (!job.name.empty()) needed_.emplace(job.seq, is);
  return now;
}

/// Whether a job that it needs runs in this run, or ran again after it in an earlier one that was
/// cut off in between.
bool resumed_needs::is_outdated(const job_spec& job, journal_history::end_lines ends) const {
  return std::ranges::any_of(job.needs, [&](const need& each) {
    const auto found = needed_.find(each.seq);
    return found != needed_.end() &&
           (found->second.changes || (ends.last > 0 && found->second.first_line > ends.last));
  });
}

/// Whether a job all of whose needs are kept starts, or is skipped because of how they ended.
bool resumed_needs::starts(const job_spec& job) {
  return !kept_.add(job.seq, job.name, job.needs).ready.empty();
}

void resumed_needs::keep(const job_spec& job, earlier_run how) {
  kept_.add(job.seq, job.name, {});
  kept_.ended(job.seq, judged_earlier(how), job.settings->allow_failure);
}

}  // namespace weir
