/// The jobs of one part of a run; those of the other parts are marked, so that numbers are the same
/// in all parts.
#pragma once

#include <memory>
#include <utility>

#include "batch/forwarding_source.hpp"
#include "input/shard.hpp"

namespace weir {

class sharded_source final : public forwarding_source {
 public:
  /// \param share counts the jobs as they come.
  sharded_source(std::unique_ptr<source> jobs, shard part, const known_durations& known,
                 std::shared_ptr<shard_share> share = std::make_shared<shard_share>())
      : forwarding_source(std::move(jobs)),
        part_(part),
        assignment_(part.of, known),
        share_(std::move(share)) {}

  awaitable<std::optional<job_spec>> next() override {
    std::optional<job_spec> job = co_await jobs_->next();
    if (!job) co_return job;
    ++share_->all;
    if (!job->added && assignment_.part_of(title(*job)) != part_.number)
      job->earlier = earlier_run::elsewhere;
    else
      ++share_->own;
    co_return job;
  }

 private:
  shard part_;
  shard_assignment assignment_;
  std::shared_ptr<shard_share> share_;
};

}  // namespace weir
