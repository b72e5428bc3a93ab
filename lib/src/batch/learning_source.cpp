#include "batch/learning_source.hpp"

namespace weir {

namespace {

constexpr std::size_t most_made = 1000;
constexpr std::uint64_t megabyte = 1 << 20;

/// A tenth more, since no two runs take the same, in whole megabytes: few claims differ then.
std::uint64_t with_margin(std::uint64_t bytes) {
  return (bytes + bytes / 10) / megabyte * megabyte + megabyte;
}

}  // namespace

awaitable<std::optional<job_spec>> learning_source::next() {
  std::optional<job_spec> job = co_await jobs_->next();
  if (job && job->settings->claims.learns && runs(job->earlier)) {
    const std::uint64_t bytes = known_(*job).value_or(others_);
    if (bytes > 0) claim(*job, with_margin(bytes));
  }
  co_return job;
}

void learning_source::claim(job_spec& job, std::uint64_t bytes) {
  settings& made = made_[{job.settings, bytes}];
  if (!made) {
    auto own = std::make_shared<job_settings>(*job.settings);
    own->claims.memory = bytes;
    made = std::move(own);
  }
  job.settings = made;
  if (made_.size() > most_made) made_.clear();
}

}  // namespace weir
