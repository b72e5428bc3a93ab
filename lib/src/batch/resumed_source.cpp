#include "batch/resumed_source.hpp"

namespace weir {

awaitable<std::optional<job_spec>> resumed_source::next() {
  std::optional<job_spec> job = co_await jobs_->next();
  if (job && !job->added && has_ended_(*job)) job->earlier = earlier_run::succeeded;
  co_return job;
}

}  // namespace weir
